import type { TaskId } from '../../events.js';

/** Something about the store of a session that whoever runs it should know of. */
export interface StoreWarning {
  /**
   * `store_unavailable`: it cannot be written, and nothing is started until it can; `store_available`: it can again; `store_lost`: somebody
   * else owns it now, and everything that ran was ended; `result_not_kept`: a result is no JSON, so after a restart it is read as text.
   */
  readonly code: 'store_unavailable' | 'store_available' | 'store_lost' | 'result_not_kept';
  readonly message: string;
  readonly taskId?: TaskId;
}
