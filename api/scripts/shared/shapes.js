// A node of sigma's that is a circle, a square or a diamond, so that sides are not told apart by colour alone.
import { NodeProgram } from "sigma/rendering";
import { floatColor } from "sigma/utils";

export const SHAPES = { circle: 0, square: 1, diamond: 2 };

const VERTEX = `
attribute vec2 a_place;
attribute float a_radius;
attribute float a_shape;
attribute vec4 a_paint;
attribute vec4 a_id;
uniform mat3 u_matrix;
uniform float u_scale;
varying vec4 v_paint;
varying float v_shape;
varying float v_soft;
void main() {
  gl_Position = vec4((u_matrix * vec3(a_place, 1.0)).xy, 0.0, 1.0);
  // A square of the same area is smaller across than a circle, a diamond larger: the point holds the largest.
  float across = a_radius * 2.6 * u_scale;
  gl_PointSize = across;
  v_shape = a_shape;
  v_soft = 2.0 / across;
  #ifdef PICKING_MODE
  v_paint = a_id;
  #else
  v_paint = a_paint;
  #endif
  v_paint.a *= 255.0 / 254.0;
}`;

const FRAGMENT = `
precision mediump float;
varying vec4 v_paint;
varying float v_shape;
varying float v_soft;
void main() {
  vec2 at = abs(gl_PointCoord - 0.5) * 2.6;
  float beyond = v_shape < 0.5 ? length(at) - 1.0 : v_shape < 1.5 ? max(at.x, at.y) - 0.9 : at.x + at.y - 1.28;
  #ifdef PICKING_MODE
  if (beyond > 0.0) discard;
  gl_FragColor = v_paint;
  #else
  gl_FragColor = mix(v_paint, vec4(0.0), smoothstep(-v_soft, v_soft, beyond));
  #endif
}`;

export class ShapeProgram extends NodeProgram {
  getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, POINTS } = WebGLRenderingContext;
    return {
      VERTICES: 1, VERTEX_SHADER_SOURCE: VERTEX, FRAGMENT_SHADER_SOURCE: FRAGMENT, METHOD: POINTS, UNIFORMS: ["u_matrix", "u_scale"],
      ATTRIBUTES: [
        { name: "a_place", size: 2, type: FLOAT }, { name: "a_radius", size: 1, type: FLOAT }, { name: "a_shape", size: 1, type: FLOAT },
        { name: "a_paint", size: 4, type: UNSIGNED_BYTE, normalized: true }, { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
    };
  }

  processVisibleItem(index, start, data) {
    this.array.set([data.x, data.y, data.size, SHAPES[data.shape] ?? 0], start);
    this.array[start + 4] = floatColor(data.color);
    this.array[start + 5] = index;
  }

  setUniforms({ sizeRatio, pixelRatio, matrix }, { gl, uniformLocations: { u_matrix: place, u_scale: scale } }) {
    gl.uniformMatrix3fv(place, false, matrix);
    gl.uniform1f(scale, pixelRatio / sizeRatio);
  }
}
