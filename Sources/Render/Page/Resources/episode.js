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
    const shapes = this.header.scene.shapes.map(shape => {
      const [position, orientation] = [shape.pose.slice(0, 3), shape.pose.slice(3)];
      const track = moment.poses[shape.track];
      return {...shape, ...(track ? placed(track, position, orientation) : {position, orientation})};
    });
    return {shapes, lights, shadowing, haze, sky, style, viewpoint};
  }
}

/// Of x, y, z, and by how much w differs from what these leave of a unit quaternion.
function quaternion([x, y, z, difference], orientationUnit) {
  const vector = [x, y, z].map(number => number * orientationUnit);
  const rest = Math.round(Math.sqrt(Math.max(0, 1 - dot(vector, vector))) / orientationUnit);
  return [(difference + rest) * orientationUnit, ...vector];
}

/// A pose in the frame of another one, in the world.
const placed = (parent, position, orientation) => ({
  position: plus(parent.position, rotate(parent.orientation, position)),
  orientation: turned(parent.orientation, orientation),
});
