export { Arena, alignmentBytes, createSharedMemory, maxArenaBytes, type ArenaVector } from './arena.ts';
export { createKernels, type Kernels } from './kernels/kernels.ts';
export type { SharedMemory } from './web-assembly.ts';
