import type { Kept, StoreOpening } from '../../core/store.js';
import { StoreDamagedError } from '../../core/storeErrors.js';
import { connect, type Place, type Prepared } from './file/connect.js';
import { keepCopy } from './file/keepCopy.js';
import { isDamage, troubleOf } from './file/troubleOf.js';
import { Keeper } from './keeper.js';
import type { Settings } from './options.js';
import { readableIn } from './rows/readable.js';

/** Opens a file in this thread. */
export async function openHere(
  place: Place, { wasThere }: Pick<Prepared, 'wasThere'>, settings: Settings, by: StoreOpening,
): Promise<{ readonly keeper: Keeper; readonly kept: Kept }> {
  let connection;
  try {
    connection = connect(place, wasThere);
    return await Keeper.open(connection, settings, by);
  } catch (error) {
    const copy = isDamage(error) && place.path !== undefined ? keepCopy(place.path) : undefined;
    const readable = copy === undefined || connection === undefined ? '' : readableIn(connection.db);
    connection?.end();
    if (copy === undefined) throw troubleOf(error, place.name);
    const said = error instanceof Error ? error.message : String(error);
    throw new StoreDamagedError(
      `${place.name} is damaged (${said}): ${readable}. It is left as it is, and a copy of it is in ${copy}. `
      + `Put a copy that is whole in its place, or move it away to begin anew.`, { cause: error },
    );
  }
}
