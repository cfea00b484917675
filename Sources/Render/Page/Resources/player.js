// An episode with its controls: picture, scrub bar, curves, candidates and facts.

const speeds = [0.1, 0.25, 0.5, 1, 2, 4];

class Player {
  /// `place` is the element to fill; `request` has what a link asks for: step, camera.
  constructor(place, episode, drawing, request = {}) {
    Object.assign(this, {place, episode});
    this.frame = 0;
    this.share = 0;
    this.isPlaying = false;
    this.build(drawing.header.palette);
    try {
      this.renderer = new Renderer(this.canvas, drawing);
    } catch (error) {
      this.canvas.replaceWith(element("p", {className: "failure", textContent: error.message}));
    }
    const camera = episode.cameras.findIndex(camera => camera.name === request.camera);
    this.useCamera(Math.max(camera, 0));
    this.listen();
    if (request.step !== undefined) this.seek(request.step - episode.header.firstStep);
    else this.draw();
  }

  // Building

  build(palette) {
    const {episode} = this;
    const {header} = episode;
    this.canvas = element("canvas", {className: "picture", tabIndex: 0});
    this.canvas.setAttribute("aria-label", "the episode; drag to turn, shift or right drag to move, wheel to zoom");
    this.toggle = this.button("Play", "play or pause (space)", () => this.togglePlay());
    this.scrub = element("input", {type: "range", min: 0, max: Math.max(episode.frameCount - 1, 0), step: 1, value: 0});
    this.scrub.setAttribute("aria-label", "step");
    this.scrub.addEventListener("input", () => this.seek(+this.scrub.value));
    this.speed = this.choice("speed", speeds.map(speed => `${speed} ×`), 3, () => {});
    this.camera = this.choice("camera", episode.cameras.map(camera => camera.name), 0,
      index => this.useCamera(index));
    this.clock = element("output", {className: "clock"});
    const bar = element("div", {className: "bar"},
      this.button("Start", "to the beginning (Home)", () => this.seek(0)), this.toggle,
      this.button("‹", "one step back (left)", () => this.step(-1)),
      this.button("›", "one step forward (right)", () => this.step(1)), this.scrub, this.speed, this.camera);

    this.plots = ["return", "value", "reward"].flatMap(panel => {
      const curves = episode.curves.filter(curve => curve.panel === panel);
      return curves.length ? [new CurvePlot(panel, curves, episode.frameCount, frame => this.seek(frame))] : [];
    });
    if (episode.decisions) this.candidates = new CandidatesPlot(episode.decisions, palette);
    const facts = element("dl", {className: "facts"});
    for (const {name, text} of header.facts) {
      facts.append(element("dt", {textContent: name}), element("dd", {textContent: text}));
    }
    const aside = element("aside", {}, ...(this.candidates ? [this.candidates.element] : []), facts);
    this.place.replaceChildren(
      element("div", {className: "stage"}, this.canvas, bar, this.clock, ...this.plots.map(plot => plot.element)), aside);
  }

  button(text, title, act) {
    const button = element("button", {type: "button", textContent: text, title});
    button.setAttribute("aria-label", title);
    button.addEventListener("click", act);
    return button;
  }

  choice(title, names, chosen, act) {
    const select = element("select", {title}, ...names.map(name => element("option", {textContent: name})));
    select.setAttribute("aria-label", title);
    select.selectedIndex = chosen;
    select.addEventListener("change", () => act(select.selectedIndex));
    return select;
  }

  // Time

  /// To a frame, which may lie between two.
  seek(frame) {
    const last = this.episode.frameCount - 1;
    const at = Math.min(Math.max(frame, 0), last);
    this.frame = Math.floor(at);
    this.share = at - this.frame;
    this.draw();
  }

  step(count) {
    this.pause();
    this.seek(this.frame + count);
  }

  pause() {
    this.isPlaying = false;
    this.toggle.textContent = "Play";
  }

  /// Gives the picture back to the browser, which has few of them.
  end() {
    this.pause();
    this.renderer?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.place.replaceChildren();
  }

  togglePlay() {
    if (this.isPlaying) return this.pause();
    if (this.frame >= this.episode.frameCount - 1) this.seek(0);
    this.isPlaying = true;
    this.toggle.textContent = "Pause";
    this.before = undefined;
    requestAnimationFrame(now => this.advance(now));
  }

  advance(now) {
    if (!this.isPlaying || !this.place.isConnected) return;
    const seconds = this.before === undefined ? 0 : (now - this.before) / 1000;
    this.before = now;
    const speed = speeds[this.speed.selectedIndex];
    this.seek(this.frame + this.share + seconds * speed / this.episode.header.frameDuration);
    if (this.frame >= this.episode.frameCount - 1) return this.pause();
    requestAnimationFrame(now => this.advance(now));
  }

  // View

  useCamera(index) {
    this.view = this.episode.cameras[index];
    this.camera.selectedIndex = index;
    this.draw();
  }

  draw() {
    const {episode, frame, share} = this;
    const scale = window.devicePixelRatio || 1;
    if (this.renderer) {
      const [wide, high] = [this.canvas.clientWidth * scale, this.canvas.clientHeight * scale].map(Math.round);
      if (this.canvas.width !== wide || this.canvas.height !== high) {
        Object.assign(this.canvas, {width: wide, height: high});
      }
      const moment = episode.moment(frame, share);
      if (wide && high) this.renderer.draw(episode.scene(moment, this.view.viewpoint(moment)));
    }
    const seconds = (frame + share) * episode.header.frameDuration;
    this.clock.textContent = `step ${episode.step(frame)} of ${episode.step(episode.frameCount - 1)}, `
      + `${seconds.toFixed(2)} of ${episode.duration.toFixed(2)} s`;
    this.scrub.value = frame;
    for (const plot of this.plots) plot.draw(frame, share);
    this.candidates?.draw(frame, episode.header.firstStep);
  }

  // Hands

  listen() {
    const pointers = new Map();
    const {canvas} = this;
    const place = event => [event.clientX, event.clientY];
    const gap = () => {
      const [a, b] = [...pointers.values()];
      return Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
    };
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, place(event));
    });
    canvas.addEventListener("pointermove", event => {
      if (!pointers.has(event.pointerId)) return;
      const before = pointers.get(event.pointerId);
      const wide = pointers.size > 1 ? gap() : 0;
      pointers.set(event.pointerId, place(event));
      if (pointers.size > 1) {
        this.view.zoom(wide / gap());
      } else {
        const [dx, dy] = place(event).map((x, i) => (x - before[i]) / canvas.clientHeight);
        if (event.buttons & 2 || event.shiftKey) this.view.pan(dx, dy, event.shiftKey && event.buttons & 2);
        else this.view.orbit(dx, dy);
      }
      this.draw();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, event => pointers.delete(event.pointerId));
    }
    canvas.addEventListener("contextmenu", event => event.preventDefault());
    // a page that scrolls past is not zoomed: only after a click
    canvas.addEventListener("wheel", event => {
      if (document.activeElement !== canvas) return;
      event.preventDefault();
      this.view.zoom(Math.exp(event.deltaY * 0.001));
      this.draw();
    }, {passive: false});
    new ResizeObserver(() => this.draw()).observe(this.place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /// Whether the key was of use.
  press(event) {
    const last = this.episode.frameCount - 1;
    const keys = {
      " ": () => this.togglePlay(),
      ArrowRight: () => this.step(event.shiftKey ? Math.ceil(last / 20) : 1),
      ArrowLeft: () => this.step(event.shiftKey ? -Math.ceil(last / 20) : -1),
      Home: () => this.seek(0),
      End: () => this.seek(last),
      "-": () => this.speed.selectedIndex = Math.max(this.speed.selectedIndex - 1, 0),
      "=": () => this.speed.selectedIndex = Math.min(this.speed.selectedIndex + 1, speeds.length - 1),
      c: () => this.useCamera((this.camera.selectedIndex + 1) % this.episode.cameras.length),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return false;
    keys[event.key]();
    return true;
  }
}
