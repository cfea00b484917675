/// Reads what `PackedData` wrote: base64 of deflated bytes, which are a header in JSON and channels of whole numbers.
async function unpack(text) {
  const deflated = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  let at = 4 + size;

  function varint() {
    let [value, scale, byte] = [0, 1, 0];
    do {
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  /// The next `count` numbers.
  function channel(count) {
    const order = bytes[at++];
    const numbers = new Float64Array(count);
    for (let i = 0; i < count; i++) numbers[i] = varint();
    // each sum takes one difference back
    for (let n = 0; n < order; n++) {
      for (let i = 1; i < count; i++) numbers[i] += numbers[i - 1];
    }
    return numbers;
  }

  return {header, channel};
}

/// A recorded episode: poses, curves and decisions by frame.
class Episode {
  static async read(text) { return new Episode(await unpack(text)); }

  constructor({header, channel}) {
    this.header = header;
    this.frameCount = header.frames;
    const read = (count, each) => Array.from({length: count}, each);
    this.tracks = header.parents.map(() => read(7, () => channel(this.frameCount)));
    this.cameras = header.scene.cameras.map(camera => new Camera(camera));
    this.centers = [];
    for (const camera of this.cameras) {
      if (!camera.follows) continue;
      camera.center = this.centers.length;
      this.centers.push(read(2, () => channel(this.frameCount)));
    }
    this.curves = header.curves.map(curve => this.curve(curve, channel));
    if (header.decisions) this.readDecisions(header.decisions, channel);
    const surfaces = (header.scene.surfaces || []).map(surface => readSurface(surface, channel));
    for (const shape of header.scene.shapes) shape.triangles = surfaces[shape.surface];
  }

  curve(curve, channel) {
    const values = channel(curve.count).map(number => curve.low + number * curve.unit);
    return {name: curve.name, panel: curve.panel, values};
  }

  readDecisions(decisions, channel) {
    const all = decisions.count * decisions.kept;
    this.decisions = {
      ...decisions,
      lowest: this.curve(decisions.lowestQ, channel).values,
      highest: this.curve(decisions.highestQ, channel).values,
      chosen: channel(decisions.count),
      ranks: channel(all).map(level => level / 63),
      values: decisions.actions.map(() => channel(all).map(level => 2 * level / 63 - 1)),
    };
  }

  /// Steps that were taken before a frame.
  step(frame) { return this.header.firstStep + frame; }
  /// Of the last frame, s.
  get duration() { return (this.frameCount - 1) * this.header.frameDuration; }

  /// The pose of every track, and what cameras follow, at a frame and a share of the way to the next.
  moment(frame, share) {
    const next = Math.min(frame + 1, this.frameCount - 1);
    const {positionUnit, orientationUnit} = this.header;
    const poses = [];
    this.tracks.forEach((channels, index) => {
      const at = k => channels.slice(0, 3).map(numbers => numbers[k] * positionUnit);
      const turn = k => quaternion(channels.slice(3).map(numbers => numbers[k]), orientationUnit);
      const position = plus(times(1 - share, at(frame)), times(share, at(next)));
      const orientation = mixed(turn(frame), turn(next), share);
      const parent = poses[this.header.parents[index]];
      poses.push(parent ? placed(parent, position, orientation) : {position, orientation});
    });
    const centers = this.centers.map(channels => channels.map(numbers =>
      positionUnit * ((1 - share) * numbers[frame] + share * numbers[next])).concat(0));
    return {poses, centers};
  }

  /// The scene of a moment, as the renderer takes it.
  scene(moment, viewpoint) {
    const {lights, shadowing, haze, sky, style} = this.header.scene;
    const shapes = this.header.scene.shapes.flatMap(shape => {
      if (shape.tendon) return tendonPieces(shape, moment.poses);
      const [position, orientation] = [shape.pose.slice(0, 3), shape.pose.slice(3)];
      const track = moment.poses[shape.track];
      return {...shape, ...(track ? placed(track, position, orientation) : {position, orientation})};
    });
    return {shapes, lights, shadowing, haze, sky, style, viewpoint};
  }
}

/// Vertices as the renderer has them (place, normal, and 0), and indices of them.
function readSurface({vertices: count, indices: indexCount, unit: scale, faceted}, channel) {
  const channels = Array.from({length: faceted ? 3 : 6}, () => channel(count));
  const order = channel(indexCount);
  const place = index => channels.slice(0, 3).map(numbers => numbers[index] * scale);
  const vertices = new Float32Array(7 * (faceted ? indexCount : count));
  if (!faceted) {
    for (let i = 0; i < count; i++) {
      const normal = channels.slice(3).map(numbers => numbers[i]);
      vertices.set([...place(i), ...unit(normal, [0, 0, 1])], 7 * i);
    }
    return {vertices, indices: Uint32Array.from(order)};
  }
  for (let i = 0; i < indexCount; i += 3) {
    const corners = [0, 1, 2].map(k => place(order[i + k]));
    const normal = cross(minus(corners[1], corners[0]), minus(corners[2], corners[0]));
    const l = length(normal) || 1;
    corners.forEach((corner, k) => vertices.set([...corner, ...times(1 / l, normal)], 7 * (i + k)));
  }
  return {vertices, indices: Uint32Array.from({length: indexCount}, (_, i) => i)};
}

/// Of x, y, z, and by how much w differs from what these leave of a unit quaternion.
function quaternion([x, y, z, difference], orientationUnit) {
  const vector = [x, y, z].map(number => number * orientationUnit);
  const rest = Math.round(Math.sqrt(Math.max(0, 1 - dot(vector, vector))) / orientationUnit);
  return [(difference + rest) * orientationUnit, ...vector];
}

/// Pieces of half a turn around a shape.
const piecesOfHalfTurn = 28;

/// Capsules from point to point of a tendon's step, as `TendonStep.points`.
function tendonPieces(shape, poses) {
  const {tracks, radius} = shape.tendon;
  const [start, stop] = tracks.map(track => poses[track].position);
  const points = radius ? woundPoints(shape.tendon, poses) : [];
  const corners = [start, ...points, stop];
  return corners.slice(1).map((corner, index) => ({...shape, ...stretched(shape, corners[index], corner)}));
}

/// Corners of an arc on a sphere, or of a helix on a cylinder; none if the tendon does not touch it.
function woundPoints({tracks, radius, isSphere}, poses) {
  const [start, , center, first, second] = tracks.map(track => poses[track].position);
  const axis = isSphere ? [0, 0, 0] : axesOf(poses[tracks[2]].orientation)[2];
  const across = v => minus(v, times(dot(v, axis), axis));
  const spoke = across(minus(first, center));
  // where it is not touched, these points are at the centre
  if (length(spoke) < 0.5 * radius) return [];
  const out = unit(spoke);
  const way = across(minus(first, start));
  const ahead = unit(minus(way, times(dot(way, out), out)), [0, 0, 0]);
  const end = across(minus(second, center));
  const turn = Math.atan2(dot(end, ahead), dot(end, out));
  // a short arc may be rounded to less than none
  const angle = turn < -0.1 ? turn + 2 * Math.PI : Math.max(turn, 0);
  const count = Math.max(1, Math.ceil(angle / Math.PI * piecesOfHalfTurn));
  const rise = times(dot(minus(second, first), axis), axis);
  const foot = minus(first, times(radius, out));
  return Array.from({length: count + 1}, (_, index) => {
    const share = index / count;
    const spoke = plus(times(Math.cos(share * angle), out), times(Math.sin(share * angle), ahead));
    return plus(plus(foot, times(share, rise)), times(radius, spoke));
  });
}

/// A capsule from one point to another.
function stretched({size: [radius]}, start, stop) {
  const way = minus(stop, start);
  const half = 0.5 * length(way);
  return {
    position: times(0.5, plus(start, stop)), orientation: turningZOnto(unit(way, [0, 0, 1])),
    size: [radius, half, 0], stretch: [radius, radius, radius, half],
  };
}

/// A pose in the frame of another one, in the world.
const placed = (parent, position, orientation) => ({
  position: plus(parent.position, rotate(parent.orientation, position)),
  orientation: turned(parent.orientation, orientation),
});
