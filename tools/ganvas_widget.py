"""`<ganvas-lab>` in a notebook, as a widget that Python can drive and listen to.

    from ganvas_widget import Lab

    lab = Lab(site="https://example.org/ganvas/", preset="quick", seed=42)
    lab                  # at the end of a cell: shows it
    lab.train(steps=100)
    lab.report           # the last report: step, losses, …

Needs `pip install anywidget`, and a site that lets other pages use it (GitHub Pages does). Calls
wait until the lab is shown; one that is shown twice is two labs.
"""

import anywidget
import traitlets

SCRIPT = """
async function render({ model, el }) {
  const site = new URL(model.get("site"), document.baseURI);
  await import(new URL("ganvas.js", site).href);
  const lab = document.createElement("ganvas-lab");
  for (const [name, value] of Object.entries(model.get("attributes"))) {
    if (value === true) lab.setAttribute(name, "");
    else if (value !== false) lab.setAttribute(name, String(value));
  }
  const tell = (changes) => {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  };
  const plain = (images) => ({ ...images, pixels: new DataView(images.pixels.slice().buffer) });
  lab.addEventListener("report", ({ detail }) => tell({ report: detail }));
  lab.addEventListener("sample", ({ detail }) => tell({ grid: plain(detail) }));
  lab.addEventListener("state", ({ detail }) => tell({ state: detail.state }));
  lab.addEventListener("error", ({ detail }) => tell({ error: detail }));
  const call = async ({ method, options }) => {
    try {
      const given = await lab[method](options);
      if (method === "sample") tell({ images: plain(given) });
      if (method === "evaluate") tell({ evaluation: given });
    } catch ({ code, message, field = null }) {
      tell({ error: { code, message, field } });
    }
  };
  model.on("msg:custom", call);
  el.append(lab);
  model.send("shown");
  return () => model.off("msg:custom", call);
}
export default { render };
"""


class Lab(anywidget.AnyWidget):
    """A lab. Keywords are the element's attributes, with underscores for dashes."""

    _esm = SCRIPT
    site = traitlets.Unicode().tag(sync=True)
    attributes = traitlets.Dict().tag(sync=True)
    #: What the element's events tell, and what the last `sample` and `evaluate` gave.
    report = traitlets.Dict().tag(sync=True)
    grid = traitlets.Dict().tag(sync=True)
    state = traitlets.Unicode("idle").tag(sync=True)
    error = traitlets.Dict().tag(sync=True)
    images = traitlets.Dict().tag(sync=True)
    evaluation = traitlets.Dict().tag(sync=True)

    def __init__(self, *, site, **attributes):
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        super().__init__(site=site, attributes=named)
        #: Calls that wait until the lab is shown, `None` from then on.
        self._waiting = []
        self.on_msg(self._shown)

    def _shown(self, *_):
        waiting, self._waiting = self._waiting, None
        for call in waiting or ():
            self.send(call)

    def _call(self, method, **options):
        call = {"method": method, "options": options}
        self.send(call) if self._waiting is None else self._waiting.append(call)

    def train(self, **options):
        """Without `steps`: until `pause`."""
        self._call("train", **options)

    def pause(self):
        self._call("pause")

    def reset(self, **changes):
        self._call("reset", **changes)

    def sample(self, **options):
        """Into `images`; `count`, `seed`, `label` and `truncation` as in JavaScript."""
        self._call("sample", **options)

    def evaluate(self, **options):
        """Into `evaluation`."""
        self._call("evaluate", **options)
