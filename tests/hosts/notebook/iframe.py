# %% [markdown]
# # Iframe
#
# [Notes](index.html)

# %%
from IPython.display import HTML

HTML("""
<iframe src="/ganvas/embed.html?preset=quick&seed=42&lang=zh" title="Ganvas" loading="lazy" style="width:100%;height:700px;border:0"></iframe>
<script type="module" src="/ganvas/frames.js"></script>
""")
