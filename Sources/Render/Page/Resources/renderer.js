// Draws scenes with WebGL 2, pass by pass as the library's `Renderer` does with OpenGL, by the same shaders and meshes.

/// As `Shape.Kind`.
const Kind = {plane: 0, sphere: 1, capsule: 2, ellipsoid: 3, cylinder: 4, box: 5, arrow: 6, mesh: 7};
/// Numbers of a vertex, and of a shape.
const vertexStride = 7;
const instanceStride = 24;
const shadowSide = 1024;

class Renderer {
  /// Throws if the browser has no WebGL 2.
  constructor(canvas, drawing) {
    this.canvas = canvas;
    const gl = canvas.getContext("webgl2", {antialias: true});
    if (!gl) throw new Error("This browser shows no WebGL 2, which pictures need.");
    this.gl = gl;
    const {shaders} = drawing.header;
    this.shaders = shaders;
    const program = (vertex, fragment) => new Program(gl, shaders[vertex], shaders[fragment]);
    this.shapes = {plain: program("shapeVertex", "shape"), shadowed: program("shapeVertex", "shadowedShape")};
    this.planes = {plain: program("planeVertex", "plane"), shadowed: program("planeVertex", "shadowedPlane")};
    this.sky = program("skyVertex", "sky");
    this.cubeSky = program("skyVertex", "cubeSky");
    this.shadow = program("shapeVertex", "shadow");
    this.makeBuffers(drawing);
    this.makeShadowMap();
  }

  /// Made when a mirror first shows a plane.
  get clippedPlane() {
    this.madeClippedPlane ??=
      new Program(this.gl, this.shaders.clippedPlaneVertex, this.shaders.clippedPlane);
    return this.madeClippedPlane;
  }

  makeBuffers({header, channel}) {
    const gl = this.gl;
    const [numbers, order] = [[], []];
    this.ranges = {};
    for (const mesh of header.meshes) {
      const first = numbers.length / vertexStride;
      const components = Array.from({length: vertexStride}, () => channel(mesh.vertices));
      for (let i = 0; i < mesh.vertices; i++) {
        for (const values of components) numbers.push(values[i] * header.unit);
      }
      this.ranges[mesh.kind] = {first: order.length, count: mesh.indices};
      for (const index of channel(mesh.indices)) order.push(first + index);
    }
    this.emptyArray = gl.createVertexArray();
    this.instances = gl.createBuffer();
    this.vertexArray = this.vertexArrayOf(new Float32Array(numbers), new Uint16Array(order));
    /// Of surfaces of episodes.
    this.vertexArrays = new WeakMap();
  }

  vertexArrayOf(numbers, order) {
    const gl = this.gl;
    const vertexArray = gl.createVertexArray();
    gl.bindVertexArray(vertexArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.STATIC_DRAW);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW);
    for (const [location, size, offset] of [[0, 3, 0], [1, 3, 3], [2, 1, 6]]) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, 4 * vertexStride, 4 * offset);
    }
    gl.bindVertexArray(null);
    return vertexArray;
  }

  /// What is drawn of shapes like this one.
  meshOf(shape) {
    const gl = this.gl;
    const {triangles} = shape;
    if (!triangles) {
      const {first, count} = this.ranges[shape.kind];
      return {vertexArray: this.vertexArray, type: gl.UNSIGNED_SHORT, start: 2 * first, count};
    }
    if (!this.vertexArrays.has(triangles)) {
      this.vertexArrays.set(triangles, this.vertexArrayOf(triangles.vertices, triangles.indices));
    }
    return {
      vertexArray: this.vertexArrays.get(triangles), type: gl.UNSIGNED_INT, start: 0,
      count: triangles.indices.length,
    };
  }

  makeShadowMap() {
    const gl = this.gl;
    this.shadowTexture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.shadowTexture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.DEPTH_COMPONENT24, shadowSide, shadowSide);
    const set = (name, value) => gl.texParameteri(gl.TEXTURE_2D, name, value);
    set(gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    set(gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    set(gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    set(gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    set(gl.TEXTURE_COMPARE_MODE, gl.COMPARE_REF_TO_TEXTURE);
    set(gl.TEXTURE_COMPARE_FUNC, gl.LEQUAL);
    this.shadowFramebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.shadowFramebuffer);
    gl.framebufferTexture2D(
      gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, this.shadowTexture, 0);
    gl.drawBuffers([gl.NONE]);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /// Shadows, mirror image, ground, shapes, sky, translucent shapes.
  draw(scene) {
    const gl = this.gl;
    const planes = scene.shapes.filter(shape => shape.kind === Kind.plane);
    const isSolid = shape => shape.kind !== Kind.plane && shape.color[3] >= 1;
    const solids = scene.shapes.filter(isSolid).sort(inBatches);
    const depth = shape => dot(minus(shape.position, scene.viewpoint.position), scene.viewpoint.forward);
    const translucent = scene.shapes.filter(shape => shape.kind !== Kind.plane && shape.color[3] < 1)
      .sort((a, b) => depth(b) - depth(a));

    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.depthMask(true);
    gl.enable(gl.CULL_FACE);
    gl.frontFace(gl.CCW);
    gl.disable(gl.BLEND);
    const shadow = this.drawShadows(scene);
    this.begin(scene);
    const view = this.view(scene.viewpoint);
    const {shape: mirror, face} = mirrorOf(scene, view.eye);
    const others = list => list.filter(shape => shape !== mirror);
    if (mirror) {
      gl.frontFace(gl.CW);
      const image = mirrored(view, face);
      for (const plane of others(planes)) {
        if (plane.color[3] >= 1) this.drawPlane(dimmed(plane, image.dim), scene, image, null);
      }
      this.drawShapes(others(solids), scene, image, shadow);
      gl.enable(gl.BLEND);
      this.drawShapes(translucent, scene, image, shadow);
      gl.frontFace(gl.CCW);
      // the mirror image is added to what the mirror is by itself, and there is nothing where it is not
      gl.blendFuncSeparate(gl.ONE, gl.DST_ALPHA, gl.ONE, gl.ZERO);
      if (mirror.kind === Kind.plane) {
        this.drawPlane(mirror, scene, view, shadow);
      } else {
        this.drawShapes([mirror], scene, view, shadow);
      }
      gl.disable(gl.BLEND);
      this.blend(gl.ONE_MINUS_SRC_ALPHA);
    }
    for (const plane of others(planes)) {
      if (plane.color[3] < 1) gl.enable(gl.BLEND);
      this.drawPlane(plane, scene, view, shadow);
      gl.disable(gl.BLEND);
    }
    this.drawShapes(others(solids), scene, view, shadow);
    gl.depthMask(false);
    this.drawSky(scene, view);
    gl.enable(gl.BLEND);
    if (scene.style.additive) this.blend(gl.ONE);
    this.drawShapes(translucent, scene, view, shadow);
    gl.depthMask(true);
  }

  /// A viewpoint in the form of the shaders. Points x with keep · (x, 1) ≥ 0 for all are drawn.
  view(viewpoint) {
    const aspect = this.canvas.width / this.canvas.height;
    return {toClip: viewpoint.matrix(aspect), eye: viewpoint.position, aspect, keep: everything, dim: 1};
  }

  drawShadows(scene) {
    if (!scene.style.shadows) return null;
    // translucent ones as well
    const casters = scene.shapes.filter(shape => shape.kind !== Kind.plane && shape.castsShadow)
      .sort(inBatches);
    const light = scene.lights[scene.shadowing];
    const frame = light && shadowFrame(casters, light, scene.viewpoint);
    if (!frame) return null;
    const gl = this.gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.shadowFramebuffer);
    gl.viewport(0, 0, shadowSide, shadowSide);
    gl.clear(gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(1.5, 2);
    this.shadow.use().set({toClip: frame.toClip});
    this.shadow.setArray("keep", everything);
    // the surface of a mesh need not be closed
    if (casters.some(shape => shape.triangles)) gl.disable(gl.CULL_FACE);
    this.drawMeshes(casters);
    gl.enable(gl.CULL_FACE);
    gl.disable(gl.POLYGON_OFFSET_FILL);
    return frame;
  }

  begin(scene) {
    const gl = this.gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    // nothing yet, not even in mirrors
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    this.blend(gl.ONE_MINUS_SRC_ALPHA);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.shadowTexture);
  }

  blend(background) {
    const gl = this.gl;
    gl.blendFuncSeparate(gl.SRC_ALPHA, background, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /// The sky, or white in its place.
  drawSky(scene, view) {
    const sky = scene.style.sky ? scene.sky : {upper: [1, 1, 1], lower: [1, 1, 1], gradient: false};
    const {forward, right, up, tangent} = scene.viewpoint;
    (sky.gradient ? this.sky : this.cubeSky).use().set({
      forward, right: times(tangent * view.aspect, right), up: times(tangent, up),
      upper: sky.upper, lower: sky.lower,
    });
    this.drawTriangles(3);
  }

  drawShapes(shapes, scene, view, shadow) {
    if (!shapes.length) return;
    const program = shadow ? this.shapes.shadowed : this.shapes.plain;
    this.setLighting(program, scene, view, shadow, false);
    program.set({dim: [view.dim]});
    program.setArray("keep", view.keep);
    this.drawMeshes(shapes);
  }

  drawPlane(plane, scene, view, shadow) {
    const [xAxis, yAxis, zAxis] = axesOf(plane.orientation);
    // relative to the point below the eye, so that numbers are small and edges of squares are exact
    const way = minus(view.eye, plane.position);
    const offset = [dot(xAxis, way), dot(yAxis, way), dot(zAxis, way)];
    const foot = minus(view.eye, times(offset[2], zAxis));
    const reach = 0.7 * scene.viewpoint.far;
    const inside = (value, [lower, upper]) => Math.min(Math.max(value, lower), upper);
    const extent = axis => {
      const half = plane.size[axis];
      if (!(half > 0)) return [-reach, reach];
      const lower = inside(-half - offset[axis], [-reach, reach]);
      return [lower, Math.max(lower, inside(half - offset[axis], [-reach, reach]))];
    };
    const middle = shadow && shadowed(shadow, foot, xAxis, yAxis, reach);
    const edges = (range, whole) =>
      [whole[0], inside(range ? range[0] : 0, whole), inside(range ? range[1] : 0, whole), whole[1]];
    const isImage = view.keep !== everything;
    const isHazy = !isImage && !(plane.size[0] > 0 && plane.size[1] > 0);
    const setUp = (program, shadow) => {
      this.setLighting(program, scene, view, shadow, isHazy);
      const checker = plane.checker || [1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
      // counted from near the eye; rows are from the top
      const scale = [0, 1].map(axis => plane.checker ? (axis ? -1 : 1) / checker[6 + axis] : 0);
      const phase = [0, 1].map(axis => {
        const at = offset[axis] * scale[axis] + checker[8 + axis];
        return at - 2 * Math.round(at / 2);
      });
      program.set({
        origin: foot, xAxis, yAxis, facing: zAxis,
        columns: edges(middle && middle.x, extent(0)), rows: edges(middle && middle.y, extent(1)),
        paint: plane.color, firstColor: checker.slice(0, 3), secondColor: checker.slice(3, 6),
        squares: [...scale, ...phase],
        finish: plane.finish.slice(0, 3),
      });
      if (isImage) program.setArray("keep", view.keep);
    };
    const plain = isImage ? this.clippedPlane : this.planes.plain;
    setUp(plain, null);
    plain.setWhole("firstPiece", 0);
    this.drawTriangles(8 * 6);
    if (middle) {
      setUp(this.planes.shadowed, shadow);
      this.planes.shadowed.setWhole("firstPiece", 4);
      this.drawTriangles(6);
    }
  }

  setLighting(program, scene, view, shadow, isHazy) {
    const {style, viewpoint} = scene;
    const haze = style.fog ? [0.8, 3] : style.haze && isHazy ? [12, 60] : [1e9, 2e9];
    program.use().set({
      toClip: view.toClip, eye: view.eye, horizon: scene.haze,
      haze: haze.map(x => x * viewpoint.focus),
    });
    program.setWhole("lightCount", scene.lights.length);
    const all = f => scene.lights.map(light =>
      f(light.headlight ? {...light, direction: viewpoint.forward} : light));
    program.setArray("lightPlace", all(light =>
      light.position ? [...light.position, 1] : [...times(-1, light.direction), 0]));
    program.setArray("lightAxis", all(light => [...light.direction, light.cosine]));
    program.setArray("lightFall", all(light => light.fall));
    program.setArray("lightAmbient", all(light => [...light.ambient, light.casts ? 1 : 0]));
    program.setArray("lightDiffuse", all(light => [...light.diffuse, 0]));
    program.setArray("lightSpecular", all(light => [...light.specular, 0]));
    if (shadow) {
      program.set({texel: [1 / shadowSide, shadow.texel], toShadow: shadow.toTexture});
      program.setWhole("shadowMap", 0);
      program.setWhole("shadowing", scene.shadowing);
    }
  }

  /// Consecutive shapes of one kind and surface are one call.
  drawMeshes(shapes) {
    const gl = this.gl;
    const packed = new Float32Array(instanceStride * shapes.length);
    shapes.forEach((shape, index) => packed.set(instance(shape), index * instanceStride));
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, packed, gl.STREAM_DRAW);
    for (let first = 0; first < shapes.length;) {
      let end = first + 1;
      while (end < shapes.length && !inBatches(shapes[end], shapes[first])) end++;
      const mesh = this.meshOf(shapes[first]);
      gl.bindVertexArray(mesh.vertexArray);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
      for (let row = 0; row < 6; row++) {
        gl.enableVertexAttribArray(3 + row);
        gl.vertexAttribPointer(
          3 + row, 4, gl.FLOAT, false, 4 * instanceStride, 4 * (first * instanceStride + 4 * row));
        gl.vertexAttribDivisor(3 + row, 1);
      }
      gl.drawElementsInstanced(gl.TRIANGLES, mesh.count, mesh.type, mesh.start, end - first);
      first = end;
    }
    gl.bindVertexArray(null);
  }

  /// Triangles whose vertices the shader computes from their indices.
  drawTriangles(count) {
    const gl = this.gl;
    gl.bindVertexArray(this.emptyArray);
    gl.drawArrays(gl.TRIANGLES, 0, count);
    gl.bindVertexArray(null);
  }
}

/// Equal for shapes that one call can draw.
const inBatches = (a, b) => a.kind - b.kind || (a.surface ?? 0) - (b.surface ?? 0);

/// What the vertex shader reads of a shape.
function instance(shape) {
  const [x, y, z] = axesOf(shape.orientation);
  const p = shape.position;
  return [
    x[0], y[0], z[0], p[0], x[1], y[1], z[1], p[1], x[2], y[2], z[2], p[2],
    ...shape.stretch, ...shape.color, shape.finish[0], shape.finish[1], shape.finish[2], shape.nearness,
  ];
}

/// A pair of shaders, and its uniforms by name.
class Program {
  constructor(gl, vertex, fragment) {
    this.gl = gl;
    this.program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
        throw new Error(`WebGL refused a shader: ${gl.getShaderInfoLog(shader)}`);
      }
      gl.attachShader(this.program, shader);
    }
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) {
      throw new Error(`WebGL refused a program: ${gl.getProgramInfoLog(this.program)}`);
    }
    this.places = {};
  }

  use() {
    this.gl.useProgram(this.program);
    return this;
  }

  place(name) {
    if (!(name in this.places)) this.places[name] = this.gl.getUniformLocation(this.program, name);
    return this.places[name];
  }

  /// Matrices are four rows; all else is a vector.
  set(uniforms) {
    for (const [name, value] of Object.entries(uniforms)) {
      const place = this.place(name);
      if (Array.isArray(value[0])) {
        this.gl.uniformMatrix4fv(place, true, value.flat());
      } else {
        this.gl[`uniform${value.length}fv`](place, value);
      }
    }
  }

  /// Of vectors with four components.
  setArray(name, vectors) {
    if (vectors.length) this.gl.uniform4fv(this.place(`${name}[0]`), vectors.flat());
  }

  setWhole(name, value) { this.gl.uniform1i(this.place(name), value); }
}

/// Of clipping that leaves all.
const everything = Array(5).fill([0, 0, 0, 1]);

const facesEye = (plane, eye) => dot(axesOf(plane.orientation)[2], minus(eye, plane.position)) > 0;

/// The first thing that can be a mirror, and its plane: of a box that is its side along +z. Neither if that is turned away.
function mirrorOf(scene, eye) {
  const shape = scene.style.reflections && scene.shapes.find(shape =>
    shape.finish[3] > 0 && shape.color[3] >= 1
      // a plane is culled from below, so that only its mirror image would be visible
      && (shape.kind === Kind.box || shape.kind === Kind.plane && facesEye(shape, eye)));
  if (!shape) return {};
  const isBox = shape.kind === Kind.box;
  const offset = times(isBox ? shape.size[2] : 0, axesOf(shape.orientation)[2]);
  const face = {...shape, position: plus(shape.position, offset)};
  return facesEye(face, eye) ? {shape, face} : {};
}

const dimmed = (plane, dim) =>
  ({...plane, color: plane.color.map((value, i) => i < 3 ? dim * value : value)});

/// The view from the mirrored eye, clipped to what is above the plane and seen through it.
function mirrored(view, plane) {
  const axes = axesOf(plane.orientation);
  const normal = axes[2];
  const offset = dot(normal, plane.position);
  const eye = minus(view.eye, times(2 * (dot(normal, view.eye) - offset), normal));
  const keep = [[...normal, -offset]];
  // the sides of the pyramid from the mirrored eye through the edges
  for (const axis of [0, 1]) {
    const half = plane.size[axis];
    for (const sign of [1, -1]) {
      if (!(half > 0)) {
        keep.push([0, 0, 0, 1]);
        continue;
      }
      const edge = minus(plus(plane.position, times(sign * half, axes[axis])), eye);
      const side = unit(cross(edge, axes[1 - axis]), normal);
      const inward = times(dot(side, axes[axis]) * sign < 0 ? 1 : -1, side);
      keep.push([...inward, -dot(inward, eye)]);
    }
  }
  return {
    ...view, toClip: matrixProduct(view.toClip, reflection(normal, offset)), eye, keep,
    dim: plane.finish[3],
  };
}

/// The smallest box along the world's axes that contains a shape.
function boundsOf(shape) {
  const axes = axesOf(shape.orientation);
  const {size, position} = shape;
  const reach = local => [0, 1, 2].map(i =>
    Math.abs(axes[0][i]) * local[0] + Math.abs(axes[1][i]) * local[1] + Math.abs(axes[2][i]) * local[2]);
  const even = x => [x, x, x];
  const half = {
    [Kind.sphere]: () => even(size[0]),
    [Kind.capsule]: () => plus(reach([0, 0, size[1]]), even(size[0])),
    [Kind.ellipsoid]: () => reach(size),
    [Kind.box]: () => reach(size),
    [Kind.mesh]: () => reach(size),
    [Kind.cylinder]: () => reach([size[0], size[0], size[1]]),
    [Kind.arrow]: () => reach([2 * size[0], 2 * size[0], size[2]]),
  }[shape.kind]();
  return [minus(position, half), plus(position, half)];
}

/// The part of the world that the shadow map covers: the smallest that contains all casters, limited to the
/// surroundings of the point looked at; null without casters.
function shadowFrame(casters, {position, direction: light, cosine}, viewpoint) {
  if (!casters.length) return null;
  const boxes = casters.map(boundsOf);
  const lower = [0, 1, 2].map(i => Math.min(...boxes.map(box => box[0][i])));
  const upper = [0, 1, 2].map(i => Math.max(...boxes.map(box => box[1][i])));
  let radius = 0.5 * length(minus(upper, lower));
  let center = times(0.5, plus(lower, upper));
  if (position) return coneFrame(center, radius, position, light, cosine);
  if (radius > 2.5 * viewpoint.focus) {
    radius = 2.5 * viewpoint.focus;
    center = plus(viewpoint.position, times(viewpoint.focus, viewpoint.forward));
  }
  // edges of constant softness in the picture; sizes in steps and positions in whole texels, so that edges do not
  // flicker while a robot moves
  let half = 0.5 * 0.0013 * viewpoint.focus * shadowSide;
  while (half < 1.05 * radius) half *= 1.25;
  const texel = 2 * half / shadowSide;
  const side = unit(cross(light, Math.abs(light[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]), [1, 0, 0]);
  const up = cross(side, light);
  const snapped = value => Math.round(value / texel) * texel;
  const [x, y] = [snapped(dot(center, side)), snapped(dot(center, up))];
  const depths = [0, 1, 2, 3, 4, 5, 6, 7].map(corner =>
    dot([0, 1, 2].map(i => (corner >> i & 1 ? upper : lower)[i]), light));
  const near = Math.min(...depths) - 0.1 * half;
  const far = Math.max(...depths, dot(center, light) + half) + half;
  const matrix = toTexture => {
    const row = (axis, middle, reach) => {
      const scale = (toTexture ? 0.5 : 1) / reach;
      return [...times(scale, axis), (toTexture ? 0.5 : 0) - scale * middle];
    };
    return [
      row(side, x, half), row(up, y, half), row(light, 0.5 * (near + far), 0.5 * (far - near)),
      [0, 0, 0, 1],
    ];
  };
  return {toClip: matrix(false), toTexture: matrix(true), texel, center, radius, light};
}

/// The narrowest cone from a light that contains all casters, or that of the light.
function coneFrame(center, radius, position, direction, cosine) {
  const degree = Math.PI / 180;
  const cutoff = cosine < -1 ? null : Math.acos(cosine) / degree;
  const distance = length(minus(center, position));
  const seen = distance > 1.001 * radius ? Math.asin(radius / distance) / degree : 80;
  const isNarrow = seen < (cutoff ?? 180);
  const axis = isNarrow ? unit(minus(center, position), direction) : direction;
  const angle = Math.min(isNarrow ? 1.05 * seen : cutoff ?? 80, 80);
  const depth = dot(minus(center, position), axis);
  const far = Math.max(depth + radius, radius);
  const up = unit(cross(axis, Math.abs(axis[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]), [1, 0, 0]);
  const tangent = Math.tan(angle * degree);
  const [n, m] = [Math.max(depth - 1.1 * radius, 0.01 * far), 10 * far];
  const row = (axis, scale) => [...times(scale, axis), -scale * dot(axis, position)];
  const w = row(axis, 1);
  const z = w.map((x, i) => (m + n) / (m - n) * x - (i === 3 ? 2 * m * n / (m - n) : 0));
  const toClip = [row(cross(axis, up), 1 / tangent), row(up, 1 / tangent), z, w];
  const toTexture = [...toClip.slice(0, 3).map(line => line.map((x, i) => 0.5 * x + 0.5 * w[i])), w];
  const texel = 2 * tangent * Math.max(depth, 0.1 * radius) / shadowSide;
  return {toClip, toTexture, texel, center, radius, light: null};
}

/// The region of a plane that may be in shadow, along its axes from a point on it; null if it is out of reach.
function shadowed(frame, origin, xAxis, yAxis, reach) {
  const normal = cross(xAxis, yAxis);
  const slope = frame.light ? dot(frame.light, normal) : 0;
  // if the light is almost parallel to the plane, shadows are too long to be bounded
  if (Math.abs(slope) <= 0.05) return {x: [-reach, reach], y: [-reach, reach]};
  const along = dot(minus(frame.center, origin), normal) / slope;
  const offset = minus(minus(frame.center, times(along, frame.light)), origin);
  const spread = frame.radius / Math.abs(slope);
  const [x, y] = [dot(offset, xAxis), dot(offset, yAxis)];
  if (Math.abs(x) - spread >= reach || Math.abs(y) - spread >= reach) return null;
  const clamped = value => [Math.max(value - spread, -reach), Math.min(value + spread, reach)];
  return {x: clamped(x), y: clamped(y)};
}
