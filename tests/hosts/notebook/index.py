# %% [markdown]
# # Notes
#
# - [Element](element.html)
# - [Iframe](iframe.html)
