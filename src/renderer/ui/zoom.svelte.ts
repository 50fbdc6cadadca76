/** How far a picture can be magnified: CSS pixels of the screen for each of its own. */
const MOST = 32;
/** One press of a key or button. */
const STEP = 1.4;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture in a frame that can be magnified and moved. `scale` is screen pixels for each pixel of the picture, `x` and
 * `y` where its left upper corner is in the frame.
 */
export class Zoom {
  frame: Size = $state.raw({ width: 0, height: 0 });
  picture: Size = $state.raw({ width: 0, height: 0 });
  /** True until the reader magnifies: the whole picture, as large as the frame. */
  isFit: boolean = $state(true);
  #scale: number = $state(1);
  #centre: { readonly x: number; readonly y: number } = $state.raw({ x: 0.5, y: 0.5 });

  readonly fitScale: number = $derived.by(() => {
    const { frame, picture } = this;
    if (picture.width === 0 || picture.height === 0) return 1;
    return Math.min(frame.width / picture.width, frame.height / picture.height);
  });

  get scale(): number {
    return this.isFit ? this.fitScale : this.#scale;
  }

  get x(): number {
    return this.frame.width / 2 - this.#clamped.x * this.picture.width * this.scale;
  }

  get y(): number {
    return this.frame.height / 2 - this.#clamped.y * this.picture.height * this.scale;
  }

  /** Share of the picture that stands in the middle of the frame, never so far out that the frame is left empty. */
  get #clamped(): { readonly x: number; readonly y: number } {
    const keep = (share: number, frame: number, length: number): number => {
      const half = frame / 2 / (length * this.scale);
      return half >= 0.5 || !Number.isFinite(half) ? 0.5 : Math.min(1 - half, Math.max(half, share));
    };
    return {
      x: keep(this.#centre.x, this.frame.width, this.picture.width),
      y: keep(this.#centre.y, this.frame.height, this.picture.height),
    };
  }

  fit(): void {
    this.isFit = true;
    this.#centre = { x: 0.5, y: 0.5 };
  }

  /** One pixel of the picture for each of the screen, whatever the screen's density. */
  showPixels(): void {
    this.#setScale(1 / devicePixelRatio);
  }

  magnify(steps: number): void {
    this.zoomAt(STEP ** steps, this.frame.width / 2, this.frame.height / 2);
  }

  /** Magnifies by a factor; what stands at a place of the frame stays there. */
  zoomAt(factor: number, frameX: number, frameY: number): void {
    const { scale, x, y, picture, frame } = this;
    const share = { x: (frameX - x) / scale / picture.width, y: (frameY - y) / scale / picture.height };
    this.#setScale(scale * factor);
    this.#centre = {
      x: share.x + (frame.width / 2 - frameX) / this.scale / picture.width,
      y: share.y + (frame.height / 2 - frameY) / this.scale / picture.height,
    };
  }

  /** Moves the picture by CSS pixels. */
  pan(byX: number, byY: number): void {
    const { x, y } = this.#clamped;
    this.#centre = {
      x: x - byX / this.scale / this.picture.width,
      y: y - byY / this.scale / this.picture.height,
    };
  }

  #setScale(scale: number): void {
    this.isFit = scale <= this.fitScale && scale < 1;
    this.#scale = Math.min(MOST, Math.max(Math.min(this.fitScale, 1), scale));
  }
}
