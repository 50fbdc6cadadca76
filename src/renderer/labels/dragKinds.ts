/** What is dragged inside the window, as its data transfer names it. */
export const IMAGES_DRAG = 'application/x-fovea-images';
export const CLASS_DRAG = 'application/x-fovea-class';

export function isDragOf(event: DragEvent, kind: string): boolean {
  return event.dataTransfer?.types.includes(kind) ?? false;
}
