import { CanvasPainter } from './canvasPainter.ts';
import type { PointPainter } from './painter.ts';
import { WebglPainter } from './webglPainter.ts';

/** Names under which browsers offer WebGL that the processor does. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/**
 * Whether this window has WebGL2 on a real GPU. WebGL in software draws 100,000 points several times slower than our
 * own pixels do (docs/benchmarks.md), so it counts as none.
 */
export function hasRealGpu(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (gl === null) return false;
  const details = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(details?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !SOFTWARE.test(name);
}

/** The painter for a fresh canvas: WebGL on a real GPU, else pixels. A canvas serves one kind only, ever. */
export function choosePainter(canvas: HTMLCanvasElement, mayUseGpu: boolean): PointPainter {
  if (mayUseGpu) {
    try {
      return new WebglPainter(canvas);
    } catch {
      // A canvas that failed to give WebGL can still give pixels.
    }
  }
  return new CanvasPainter(canvas);
}
