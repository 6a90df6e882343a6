import { acp, type AcpAgent, type AcpOptions } from 'sidestream/acp';

/** An ACP agent of these options, which goes on. */
export const create = (options: AcpOptions): AcpAgent => acp({ ...options, onRestart: 'resume' });
