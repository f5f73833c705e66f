export { FilesObjectStore } from './files-object-store.ts';
