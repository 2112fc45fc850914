# %%
from ganvas_widget import Lab

lab = Lab(site="https://example.org/ganvas/", preset="quick", seed=42, lang="zh")
lab

# %%
lab.train(steps=10)
lab.sample(count=3, label=7)
lab.evaluate(count=100)

# %%
from ipywidgets import Label
from traitlets import dlink

step, pixels, judged, error = Label(), Label(), Label(), Label()
dlink((lab, "report"), (step, "value"), lambda report: f"step {report.get('step')}")
dlink((lab, "images"), (pixels, "value"), lambda images: f"{len(images.get('pixels', b''))} pixels")
dlink((lab, "evaluation"), (judged, "value"), lambda figures: f"{figures.get('count')} judged")
dlink((lab, "error"), (error, "value"), lambda error: error.get("code", "no error"))
display(step, pixels, judged, error)
