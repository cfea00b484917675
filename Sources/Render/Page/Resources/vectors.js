// Vectors are arrays of three numbers, quaternions of four (w, x, y, z), matrices of four rows.

const plus = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const times = (s, a) => [s * a[0], s * a[1], s * a[2]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) =>
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const length = a => Math.hypot(a[0], a[1], a[2]);
const unit = (a, fallback) => {
  const l = length(a);
  return l > 1e-12 ? times(1 / l, a) : fallback;
};

/// First b, then a.
const turned = (a, b) => [
  a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
  a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
  a[0] * b[2] + a[2] * b[0] + a[3] * b[1] - a[1] * b[3],
  a[0] * b[3] + a[3] * b[0] + a[1] * b[2] - a[2] * b[1],
];

/// The axes of a rotation: its matrix by columns.
function axesOf([w, x, y, z]) {
  return [
    [w * w + x * x - y * y - z * z, 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), w * w - x * x + y * y - z * z, 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), w * w - x * x - y * y + z * z],
  ];
}

const rotate = (q, v) => {
  const [a, b, c] = axesOf(q);
  return plus(plus(times(v[0], a), times(v[1], b)), times(v[2], c));
};

/// The shortest rotation that turns the z axis onto a direction.
function turningZOnto([x, y, z]) {
  const l = Math.hypot(1 + z, x, y);
  return l > 1e-9 ? [(1 + z) / l, -y / l, x / l, 0] : [0, 1, 0, 0];
}

/// Between two rotations along the shorter arc.
function mixed(a, b, share) {
  const sign = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] < 0 ? -1 : 1;
  const q = a.map((x, i) => (1 - share) * x + share * sign * b[i]);
  const l = Math.hypot(...q) || 1;
  return q.map(x => x / l);
}

const matrixProduct = (a, b) => a.map(row =>
  [0, 1, 2, 3].map(j => row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j] + row[3] * b[3][j]));

/// The mirror image in the plane of the points x with n · x = offset.
const reflection = (n, offset) => [0, 1, 2].map(i =>
  [0, 1, 2].map(j => (i === j ? 1 : 0) - 2 * n[i] * n[j]).concat(2 * offset * n[i])
).concat([[0, 0, 0, 1]]);

/// A pose from where one looks: position, forward, up, vertical field of view in degrees, and the distance of what is
/// looked at.
class Viewpoint {
  constructor(position, forward, up, fieldOfView, focus) {
    Object.assign(this, {position, forward, up, focus});
    this.right = cross(forward, up);
    /// Half the visible height over its distance.
    this.tangent = Math.tan(fieldOfView * Math.PI / 360);
    this.far = 200 * focus;
  }

  /// From world coordinates to clip coordinates.
  matrix(aspect) {
    const row = (axis, scale) => [...times(scale, axis), -scale * dot(axis, this.position)];
    const depth = row(this.forward, 1);
    const [near, far] = [0.01 * this.focus, this.far];
    const z = depth.map(x => (far + near) / (far - near) * x);
    z[3] -= 2 * far * near / (far - near);
    return [row(this.right, 1 / (this.tangent * aspect)), row(this.up, 1 / this.tangent), z, depth];
  }
}

/// A camera on a sphere around a point, which may follow the robot, or one of the model's.
class Camera {
  constructor(description) { Object.assign(this, structuredClone(description)); }

  /// The view of a moment of an episode.
  viewpoint(moment) {
    if (this.track !== undefined) {
      const {position, orientation} = moment.poses[this.track];
      const [, up, back] = axesOf(orientation);
      return new Viewpoint(position, times(-1, back), up, this.fieldOfView, this.distance);
    }
    const [a, e] = [this.azimuth * Math.PI / 180, this.elevation * Math.PI / 180];
    const forward = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
    const up = [-Math.sin(e) * Math.cos(a), -Math.sin(e) * Math.sin(a), Math.cos(e)];
    const center = this.follows ? plus(this.lookAt, moment.centers[this.center]) : this.lookAt;
    return new Viewpoint(
      minus(center, times(this.distance, forward)), forward, up, this.fieldOfView, this.distance);
  }

  /// By a drag, as shares of the picture's height to the right and down.
  orbit(dx, dy) {
    this.azimuth = (this.azimuth - 180 * dx) % 360;
    this.elevation = Math.min(Math.max(this.elevation - 180 * dy, -89), 89);
  }

  /// Keeps the same point under the pointer.
  pan(dx, dy, isHorizontal) {
    const height = 2 * this.distance * Math.tan(this.fieldOfView * Math.PI / 360);
    const a = this.azimuth * Math.PI / 180;
    const right = [Math.sin(a), -Math.cos(a), 0];
    const other = isHorizontal ? [Math.cos(a), Math.sin(a), 0] : [0, 0, 1];
    this.lookAt = plus(this.lookAt, plus(times(-dx * height, right), times(dy * height, other)));
  }

  zoom(factor) { this.distance = Math.min(Math.max(this.distance * factor, 0.01), 1e4); }
}
