// Curves over the episode, and the candidates of a decision, on plain canvases.

const seriesColors = ["--first", "--second", "--third", "--fourth"];

/// Makes an element with text that is never read as HTML.
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/// As many digits as are of use, and as tell apart what differs by `span`.
function brief(value, span = 0) {
  if (!Number.isFinite(value)) return "–";
  if (span > 0 && Math.abs(value) < 1e5) {
    return value.toFixed(Math.min(Math.max(2 - Math.floor(Math.log10(span)), 0), 8));
  }
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2) : String(+value.toPrecision(4));
}

/// A canvas as wide as its element and sharp on every screen: the context, width and height in CSS pixels.
function fitted(canvas) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, {width: wide, height: high});
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height};
}

/// The curves of one panel over all frames, with a line at the current one.
class CurvePlot {
  constructor(title, curves, frameCount, seek) {
    Object.assign(this, {curves, frameCount});
    this.canvas = element("canvas", {className: "curve"});
    this.values = curves.map((curve, index) => {
      const value = element("span", {className: "value"});
      value.style.color = `var(${seriesColors[index]})`;
      return value;
    });
    this.element = element("figure", {}, element("figcaption", {}, ...this.values), this.canvas);
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${title} over the episode`);
    const jump = event => {
      if (!event.buttons) return;
      const box = this.canvas.getBoundingClientRect();
      seek((event.clientX - box.left) / box.width * (frameCount - 1));
    };
    this.canvas.addEventListener("pointerdown", jump);
    this.canvas.addEventListener("pointermove", jump);
    const all = curves.flatMap(curve => [Math.min(...curve.values), Math.max(...curve.values)]);
    [this.low, this.high] = [Math.min(...all), Math.max(...all)];
  }

  draw(frame, share) {
    const {context, width, height} = fitted(this.canvas);
    const style = getComputedStyle(this.canvas);
    const x = frame => frame / Math.max(this.frameCount - 1, 1) * width;
    const span = this.high - this.low || 1;
    const y = value => height - 4 - (value - this.low) / span * (height - 8);
    context.lineWidth = 1;
    context.strokeStyle = style.getPropertyValue("--grid");
    if (this.low < 0 && this.high > 0) line(context, [[0, y(0)], [width, y(0)]]);
    context.lineWidth = 1.3;
    this.curves.forEach((curve, index) => {
      context.strokeStyle = style.getPropertyValue(seriesColors[index]);
      line(context, Array.from(curve.values, (value, frame) => [x(frame), y(value)]));
      const now = curve.values[Math.min(frame, curve.values.length - 1)];
      this.values[index].textContent = `${curve.name} ${brief(now)}`;
    });
    context.strokeStyle = style.getPropertyValue("--ink");
    line(context, [[x(frame + share), 0], [x(frame + share), height]]);
  }
}

function line(context, points) {
  context.beginPath();
  points.forEach(([x, y], index) => index ? context.lineTo(x, y) : context.moveTo(x, y));
  context.stroke();
}

/// The candidates of a decision: for each dimension of the action a strip from -1 to 1 with a dot for each candidate,
/// horizontally its value, vertically and in colour its Q. The chosen one has a ring, and a line at its value.
class CandidatesPlot {
  constructor(decisions, palette) {
    Object.assign(this, {decisions, palette});
    this.title = element("p");
    this.rows = decisions.actions.map(name => {
      const [value, canvas] = [element("span", {className: "value"}), element("canvas", {className: "strip"})];
      return {value, canvas, element: element("figure", {}, element("figcaption", {}, name, value), canvas)};
    });
    this.element = element("section", {className: "candidates"}, element("h2", {textContent: "Candidates"}),
      this.title, ...this.rows.map(row => row.element));
  }

  color(rank) {
    const at = Math.min(Math.max(rank, 0), 1) * (this.palette.length - 1);
    const index = Math.min(Math.floor(at), this.palette.length - 2);
    const [a, b] = [this.palette[index], this.palette[index + 1]];
    return `rgb(${a.map((x, i) => Math.round(255 * (x + (at - index) * (b[i] - x)))).join(" ")})`;
  }

  /// Of the last decision kept before a frame.
  draw(frame, firstStep) {
    const {stride, kept, drawn, count, lowest, highest, chosen, ranks, values} = this.decisions;
    const index = Math.min(Math.floor(frame / stride), count - 1);
    const first = index * kept;
    const best = chosen[index];
    const span = highest[index] - lowest[index];
    const of = kept < drawn ? `the best ${kept} of ${drawn}` : `${drawn}`;
    this.title.textContent = `${of} actions drawn at step ${firstStep + index * stride}`
      + (stride > 1 ? ` (kept for every ${stride} steps)` : "")
      + `; Q ${brief(lowest[index], span)} to ${brief(highest[index], span)}, ring: the one taken`;
    this.rows.forEach(({value, canvas}, dimension) => {
      const {context, width, height} = fitted(canvas);
      const style = getComputedStyle(canvas);
      const x = action => 8 + (action + 1) / 2 * (width - 16);
      const y = rank => height - 6 - rank * (height - 12);
      const action = candidate => values[dimension][first + candidate];
      context.lineWidth = 1;
      context.strokeStyle = style.getPropertyValue("--grid");
      for (const tick of [-1, -0.5, 0, 0.5, 1]) line(context, [[x(tick), 0], [x(tick), height]]);
      context.strokeStyle = style.getPropertyValue("--ink");
      line(context, [[x(action(best)), 0], [x(action(best)), height]]);
      // the best on top
      for (let candidate = kept - 1; candidate >= 0; candidate--) {
        const rank = ranks[first + candidate];
        dotAt(context, x(action(candidate)), y(rank), 3.2);
        context.fillStyle = this.color(rank);
        context.fill();
      }
      context.lineWidth = 1.6;
      dotAt(context, x(action(best)), y(ranks[first + best]), 5.5);
      context.stroke();
      value.textContent = action(best).toFixed(2);
    });
  }
}

function dotAt(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
