/** Room for one batch in memory that threads share. */
export interface BatchSlot {
  readonly memory: SharedArrayBuffer;
  readonly capacity: number;
}

/** A slot for up to `capacity` images of some floats each, and their labels. */
export function createSlot(capacity: number, floatsPerImage: number): BatchSlot {
  return { memory: new SharedArrayBuffer(4 * capacity * (floatsPerImage + 1)), capacity };
}

/** The images of a slot's first samples: [samples, ...image]. */
export function imagesOf(
  { memory }: BatchSlot,
  samples: number,
  floatsPerImage: number,
): Float32Array<SharedArrayBuffer> {
  return new Float32Array(memory, 0, samples * floatsPerImage);
}

/** The labels of a slot's first samples. */
export function labelsOf(
  { memory, capacity }: BatchSlot,
  samples: number,
  floatsPerImage: number,
): Int32Array<SharedArrayBuffer> {
  return new Int32Array(memory, 4 * capacity * floatsPerImage, samples);
}
