// What confines the programs of command and acp
export { bubblewrap, type BubblewrapOptions } from './bubblewrap.js';
export type { Confinement } from './confinement.js';
export { docker, type DockerOptions } from './docker.js';
export type { Launch, Sandbox } from '../launch.js';
