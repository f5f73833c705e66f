import { directionOf } from './angle.ts';
import { type Variation } from './draw.ts';

/** Rows and columns of an image whose pixels have some channels; volumes are moved slice by slice, all alike. */
export interface Plane {
  /** Slices of a volume; 1 for an image. */
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** From a place in the result to a place in the source: [x y 1] by rows, y downwards. */
export interface SourceMap {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** The plane of images of shape [H, W, C] or [D, H, W, C]. */
export function planeOf(shape: readonly number[]): Plane {
  const [channels = 1, width = 1, height = 1, depth = 1] = [...shape].reverse();
  return { depth, height, width, channels };
}

/**
 * The inverse of: flip, turn around the image's centre, shift. Image and mask of a sample are moved by the same map, so that they
 * stay in register.
 */
export function sourceMap(variation: Variation, { height, width }: Plane): SourceMap {
  const { sine, cosine } = directionOf(variation.rotationDegrees);
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const mirrorX = variation.flipHorizontal ? -1 : 1;
  const mirrorY = variation.flipVertical ? -1 : 1;
  const [fromX, fromY] = [centreX + variation.shiftX, centreY + variation.shiftY];
  return {
    xx: mirrorX * cosine,
    xy: mirrorX * sine,
    x0: centreX - mirrorX * (cosine * fromX + sine * fromY),
    yx: -mirrorY * sine,
    yy: mirrorY * cosine,
    y0: centreY - mirrorY * (cosine * fromY - sine * fromX),
  };
}

/** Moves an image by bilinear interpolation; what comes from outside is 0. */
export function moveImage(source: Float32Array, map: SourceMap, plane: Plane): Float32Array {
  return move(source, map, plane, (slice, x, y, out, at) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, below] = [x - column, y - row];
    for (let channel = 0; channel < plane.channels; channel += 1) {
      out[at + channel] =
        right === 0 && below === 0
          ? pixelAt(source, plane, slice, column, row, channel)
          : mixed(source, plane, slice, column, row, channel, right, below);
    }
  });
}

/** The mean of four neighbours, weighted by how near they are. */
function mixed(
  source: Float32Array,
  plane: Plane,
  slice: number,
  column: number,
  row: number,
  channel: number,
  right: number,
  below: number,
): number {
  const upperLeft = pixelAt(source, plane, slice, column, row, channel);
  const upperRight = pixelAt(source, plane, slice, column + 1, row, channel);
  const lowerLeft = pixelAt(source, plane, slice, column, row + 1, channel);
  const lowerRight = pixelAt(source, plane, slice, column + 1, row + 1, channel);
  const upper = upperLeft * (1 - right) + upperRight * right;
  const lower = lowerLeft * (1 - right) + lowerRight * right;
  return upper * (1 - below) + lower * below;
}

/** Moves a mask of class indices, each pixel taking its nearest; what comes from outside is class 0. */
export function moveMask(source: Int32Array, map: SourceMap, plane: Plane): Int32Array {
  return move(source, map, plane, (slice, x, y, out, at) => {
    for (let channel = 0; channel < plane.channels; channel += 1) {
      out[at + channel] = pixelAt(source, plane, slice, Math.round(x), Math.round(y), channel);
    }
  });
}

type Pixels = Float32Array | Int32Array;
type WritePixel<Kind> = (slice: number, x: number, y: number, out: Kind, at: number) => void;

function move<Kind extends Pixels>(source: Kind, map: SourceMap, plane: Plane, write: WritePixel<Kind>): Kind {
  const out = source.slice() as Kind;
  const { depth, height, width, channels } = plane;
  for (let slice = 0; slice < depth; slice += 1) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const x = map.xx * column + map.xy * row + map.x0;
        const y = map.yx * column + map.yy * row + map.y0;
        write(slice, x, y, out, ((slice * height + row) * width + column) * channels);
      }
    }
  }
  return out;
}

function pixelAt(source: Pixels, plane: Plane, slice: number, column: number, row: number, channel: number): number {
  const { height, width, channels } = plane;
  if (column < 0 || column >= width || row < 0 || row >= height) return 0;
  return source[((slice * height + row) * width + column) * channels + channel];
}
