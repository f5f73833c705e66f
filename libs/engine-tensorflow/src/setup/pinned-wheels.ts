/** One wheel of the Python package index, pinned: another file of that name is refused. */
export interface PinnedWheel {
  /** Name and version for `pip download`. */
  readonly project: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  /** Size of the download. */
  readonly bytes: number;
  /** Size on disk of the members that are kept. */
  readonly unpackedBytes: number;
  /** Which members of the wheel are kept: those that match one of these. Nothing of it is Python. */
  readonly keep: readonly RegExp[];
}

/** The TensorFlow release whose C API the addons are compiled against. */
export const tensorflowVersion = '2.21.0';

/** The two shared libraries, and the C headers with the few others that they include. */
const tensorflowMembers = [
  /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
  /^tensorflow\/include\/tensorflow\/c\/.*\.h$/,
  /^tensorflow\/include\/xla\/tsl\/c\/.*\.h$/,
  /^tensorflow\/include\/(tensorflow\/core|tsl)\/platform\/ctstring\w*\.h$/,
];

/** TensorFlow's wheel first, then the wheels that it needs at run time. */
export type WheelSet = readonly [PinnedWheel, ...PinnedWheel[]];

export const cpuWheels: WheelSet = [
  {
    project: 'tensorflow-cpu',
    version: tensorflowVersion,
    file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
    unpackedBytes: 853_700_000,
    keep: tensorflowMembers,
  },
];

export const gpuWheels: WheelSet = [
  {
    project: 'tensorflow',
    version: tensorflowVersion,
    file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    bytes: 572_440_367,
    unpackedBytes: 1_600_000_000,
    keep: tensorflowMembers,
  },
];
