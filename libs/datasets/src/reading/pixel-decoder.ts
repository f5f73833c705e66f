import { CollimatorError } from '@collimator/errors';
import { type DatasetIndex } from '../index/dataset-index.ts';
import { type PixelType } from '../npz/check-images.ts';

/** The scale of decoded pixels: 0 to 1 over the range of the training split, or mean 0 and deviation 1 of the training split. */
export type PixelScale = 'unit' | 'standard';

/** Turns kept pixels into the floats that a model sees. */
export interface PixelDecoder {
  /** [H, W, C] or [D, H, W, C] of a decoded image. */
  readonly shape: readonly number[];
  /** Floats of a decoded image. */
  readonly length: number;
  /** Kept pixels as floats from 0 to 1, channels as kept. */
  decode(pixels: Uint8Array): Float32Array;
  /** Writes a decoded image with the asked channels and scale. */
  finish(unit: Float32Array, out: Float32Array): void;
}

/**
 * A decoder to some number of channels: the data's own, or more where the data have one, which is repeated.
 *
 * @throws CollimatorError `job_invalid` where the data cannot give that many channels.
 */
export function createPixelDecoder({ content, name }: DatasetIndex, channels: number, scale: PixelScale): PixelDecoder {
  const { shape, dtype } = content.image;
  const kept = shape.at(-1) ?? 1;
  if (channels !== kept && kept !== 1) {
    throw new CollimatorError(
      'job_invalid',
      `model.channels is ${channels}, the images of "${name}" have ${kept}; allowed: ${kept}`,
      {
        next: `Set spec.model.channels to ${kept} or leave it out.`,
      },
    );
  }
  const { low, high, mean, standardDeviation } = content.normalisation;
  const pixelsOfChannel = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const perChannel = Array.from({ length: channels }, (_, channel) => ({
    shift: scale === 'standard' ? (mean[channel % kept] ?? 0) : 0,
    factor: scale === 'standard' ? 1 / (standardDeviation[channel % kept] ?? 1) : 1,
  }));
  return {
    shape: [...shape.slice(0, -1), channels],
    length: pixelsOfChannel * channels,
    decode: (pixels) => toUnit(typed(pixels, dtype), low, high),
    finish(unit, out) {
      perChannel.forEach(({ shift, factor }, channel) => {
        for (let pixel = 0; pixel < pixelsOfChannel; pixel += 1) {
          out[pixel * channels + channel] = ((unit[pixel * kept + (channel % kept)] ?? 0) - shift) * factor;
        }
      });
    },
  };
}

function toUnit(values: ReturnType<typeof typed>, low: number, high: number): Float32Array {
  const unit = new Float32Array(values.length);
  for (let place = 0; place < values.length; place += 1) unit[place] = ((values[place] ?? 0) - low) / (high - low);
  return unit;
}

function typed(pixels: Uint8Array, dtype: PixelType): Uint8Array | Uint16Array | Int16Array | Float32Array {
  if (dtype === 'u1') return pixels;
  const aligned = new Uint8Array(pixels).buffer;
  if (dtype === 'u2') return new Uint16Array(aligned);
  return dtype === 'i2' ? new Int16Array(aligned) : new Float32Array(aligned);
}
