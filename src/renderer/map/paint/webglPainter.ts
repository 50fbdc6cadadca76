import { FoveaError } from '../../../shared/errors.ts';
import type { Frame, PointPainter } from './painter.ts';
import { colourTable, drawingOrder, type PointStyles } from './pointStyle.ts';

const VERTEX = `#version 300 es
in vec2 place;
in float entry;
in float state;
uniform vec2 middle;
uniform vec2 stretch;
uniform float diameter;
uniform float rimWidth;
uniform mediump sampler2D colours;
flat out vec3 colour;
flat out float solid;
flat out float side;
void main() {
  gl_Position = vec4((place - middle) * stretch, 0.0, 1.0);
  bool isSelected = state > 1.5;
  side = diameter + (isSelected ? 1.0 + 2.0 * rimWidth : 0.0) + 1.0;
  gl_PointSize = side;
  solid = isSelected ? (diameter + 1.0) * 0.5 : -1.0;
  colour = texelFetch(colours, ivec2(int(entry), state > 0.5 ? 1 : 0), 0).rgb;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
flat in vec3 colour;
flat in float solid;
flat in float side;
uniform vec3 rim;
out vec4 pixel;
void main() {
  float away = length(gl_PointCoord - 0.5) * side;
  float cover = clamp(side * 0.5 - away, 0.0, 1.0);
  if (cover <= 0.0) discard;
  float inner = solid < 0.0 ? 1.0 : clamp(solid - away + 0.5, 0.0, 1.0);
  pixel = vec4(mix(rim, colour, inner) * cover, cover);
}`;

/** Draws points with WebGL2: each a quad with a soft disc, in one call. */
export class WebglPainter implements PointPainter {
  readonly engine = 'webgl';
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #places: WebGLBuffer;
  readonly #entries: WebGLBuffer;
  readonly #states: WebGLBuffer;
  readonly #order: WebGLBuffer;
  readonly #colours: WebGLTexture;
  #pointCount = 0;
  #styledCount = 0;

  /** @throws FoveaError `unsupported` where the window has no WebGL2. */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', {
      alpha: true,
      antialias: false,
      depth: false,
      powerPreference: 'high-performance',
    });
    if (gl === null) throw new FoveaError('unsupported', 'This window has no WebGL.');
    this.#canvas = canvas;
    this.#gl = gl;
    this.#program = link(gl);
    this.#places = gl.createBuffer();
    this.#entries = gl.createBuffer();
    this.#states = gl.createBuffer();
    this.#order = gl.createBuffer();
    this.#colours = gl.createTexture();
    gl.useProgram(this.#program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.#bind('place', this.#places, 2, gl.FLOAT);
    this.#bind('entry', this.#entries, 1, gl.UNSIGNED_BYTE);
    this.#bind('state', this.#states, 1, gl.UNSIGNED_BYTE);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#order);
    gl.bindTexture(gl.TEXTURE_2D, this.#colours);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  }

  setPoints(xy: Float32Array): void {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#places);
    gl.bufferData(gl.ARRAY_BUFFER, xy, gl.DYNAMIC_DRAW);
    this.#pointCount = xy.length / 2;
  }

  setStyles(styles: PointStyles): void {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#entries);
    gl.bufferData(gl.ARRAY_BUFFER, styles.colours, gl.STATIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#states);
    gl.bufferData(gl.ARRAY_BUFFER, styles.states, gl.STATIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, drawingOrder(styles.states).order, gl.STATIC_DRAW);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 2, 0, gl.RGB, gl.UNSIGNED_BYTE, colourTable(styles));
    this.#styledCount = styles.states.length;
  }

  draw(frame: Frame): void {
    const gl = this.#gl;
    const width = Math.max(1, Math.round(frame.size.width * frame.ratio));
    const height = Math.max(1, Math.round(frame.size.height * frame.ratio));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    // Between new points and their styles the two can differ for a frame.
    if (this.#styledCount !== this.#pointCount || this.#pointCount === 0) return;
    const { camera, size, ratio, rim } = frame;
    gl.uniform2f(this.#uniform('middle'), camera.x, camera.y);
    gl.uniform2f(
      this.#uniform('stretch'),
      (2 * camera.scale) / size.width,
      (-2 * camera.scale) / size.height,
    );
    gl.uniform1f(this.#uniform('diameter'), frame.diameter * ratio);
    gl.uniform1f(this.#uniform('rimWidth'), 1.5 * ratio);
    gl.uniform3f(this.#uniform('rim'), rim[0] / 255, rim[1] / 255, rim[2] / 255);
    gl.drawElements(gl.POINTS, this.#pointCount, gl.UNSIGNED_INT, 0);
  }

  dispose(): void {
    const gl = this.#gl;
    for (const buffer of [this.#places, this.#entries, this.#states, this.#order]) gl.deleteBuffer(buffer);
    gl.deleteTexture(this.#colours);
    gl.deleteProgram(this.#program);
  }

  #bind(name: string, buffer: WebGLBuffer, size: number, type: number): void {
    const gl = this.#gl;
    const location = gl.getAttribLocation(this.#program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, type, false, 0, 0);
  }

  #uniform(name: string): WebGLUniformLocation | null {
    return this.#gl.getUniformLocation(this.#program, name);
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new FoveaError('unsupported', 'The WebGL of this window was lost.');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) {
    throw new FoveaError('unsupported', 'The WebGL of this window cannot draw points.', {
      cause: gl.getProgramInfoLog(program),
    });
  }
  return program;
}
