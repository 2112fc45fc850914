# %% [markdown]
# # Element
#
# [Notes](index.html)

# %%
from IPython.display import HTML

HTML("""
<script type="module" src="/ganvas/ganvas.js"></script>
<ganvas-lab preset="quick" seed="42" lang="zh">
  这里是一个可以动手训练的生成对抗网络。如果一直看到这句话，请刷新页面，或打开浏览器的 JavaScript。
</ganvas-lab>
""")
