import { afterAll, describe, expect, it } from '@jest/globals';
import { DirectoryError } from '../../../examples/corpus/openDirectory.js';
import { listFiles } from '../../../examples/corpus/listFiles.js';
import { chooseQuestions } from '../../../examples/parent/chooseQuestions.js';
import { makeDirectory } from '../support/makeDirectory.js';

describe('chooseQuestions', () => {
  const removals: (() => void)[] = [];
  afterAll(() => removals.forEach((remove) => remove()));

  const choose = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> => {
    const { path, remove } = makeDirectory(files);
    removals.push(remove);
    return chooseQuestions(path, await listFiles(path), new AbortController().signal);
  };

  it('should ask source about what it declares and uses', async () => {
    const questions = await choose({
      'cargo.ts': 'export class CargoHold {\n  load() {}\n}\nnew CargoHold(); // a CargoHold',
      'crane.ts': 'export function swingCrane(hold: CargoHold) {}\nswingCrane(); swingCrane();',
      'ship.ts': 'swingCrane(new CargoHold());\nexport interface TugBoat {}\nlet t: TugBoat, u: TugBoat;',
      'quay.ts': 'const nothing = 1;',
    });
    expect(questions).toHaveLength(3);
    expect(questions.join()).toContain('CargoHold');
    expect(questions.join()).toContain('swingCrane');
  });

  it('should ask prose about its headings', async () => {
    const questions = await choose({
      'a.md': '# The harbour\n\nThe harbour is deep. Tides come and go.\n\n## Spring tides\n\nSpring tides are high.',
      'b.md': '# Lighthouse keepers\n\nKeepers watch spring tides. Lighthouse keepers sleep by day. A lighthouse needs keepers.',
      'c.md': '# Weather\n\nIt rains.',
    });
    expect(questions.join()).toMatch(/harbour|Spring tides|Lighthouse keepers/);
    expect(new Set(questions).size).toBe(3);
  });

  it('should ask the same of the same directory', async () => {
    const files = { 'a.txt': 'tulips and roses and tulips', 'b.txt': 'roses, tulips, violets' };
    expect(await choose(files)).toEqual(await choose(files));
  });

  it('should ask something even of next to nothing', async () => {
    expect(await choose({ 'a.txt': 'x' })).toEqual(['What is in here?', 'What is in here?', 'What is in here?']);
  });

  it('should find the one text among pictures', async () => {
    const pictures = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.png`, 'x']));
    expect((await choose({ ...pictures, 'z.txt': 'tulips and roses and tulips' })).join()).toContain('tulip');
  });

  it.each([
    [{ 'a.png': 'x' }, 'skipped 1 binary'],
    [{ 'a.txt': '' }, 'skipped 1 empty'],
    [{ 'a.txt': ' \n\n' }, 'only blank files'],
  ])('should refuse a directory without text: %j', async (files, why) => {
    const error = await choose(files).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DirectoryError);
    expect((error as Error).message).toContain(why);
  });
});
