// Agents that speak the Agent Client Protocol
export { acp, type AcpAgent } from './acp.js';
export type { AcpBrief } from './acpBrief.js';
export { AcpError } from './acpError.js';
export type { AcpOptions, AcpSteering } from './acpOptions.js';
export { presets, type AcpPreset } from './presets.js';

// What they may do
export { createPermissionDesk, type PendingPermission, type PermissionDesk } from './permission/createPermissionDesk.js';
export type { AskPermission, PermissionDecision, PermissionRequest } from './permission/permission.js';

// How programs are started
export type { Environment } from '../../processes/environment.js';
export type { Launch, Sandbox } from '../../processes/launch.js';
