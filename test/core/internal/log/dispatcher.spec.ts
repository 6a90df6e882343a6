import { describe, expect, it } from '@jest/globals';
import { Dispatcher } from '../../../../src/core/internal/log/dispatcher.js';

describe('Dispatcher', () => {
  const recorder = () => {
    const seen: string[] = [];
    const dispatcher = new Dispatcher<string>(() => { seen.push('idle'); });
    /** Two observers, of whom the first may cause more. */
    const channel = (react: (event: string) => void = () => undefined) => ({
      deliver: (event: string, order: number) => {
        seen.push(`1 ${event} ${order}`);
        react(event);
        seen.push(`2 ${event} ${order}`);
      },
    });
    return { seen, dispatcher, channel };
  };

  it('should deliver at once, and number what it delivers', () => {
    const { seen, dispatcher, channel } = recorder();
    dispatcher.publish(channel(), 'a');
    dispatcher.publish(channel(), 'b');
    expect(seen.filter((each) => each !== 'idle')).toEqual(['1 a 1', '2 a 1', '1 b 2', '2 b 2']);
    expect(dispatcher.order).toBe(2);
  });

  it('should let an event that another causes wait until that has reached everybody', () => {
    const { seen, dispatcher, channel } = recorder();
    const one = channel((event) => {
      if (event !== 'a') return;
      dispatcher.publish(one, 'b');
      dispatcher.publish(other, 'c');
    });
    const other = channel((event) => { if (event === 'c') dispatcher.publish(one, 'd'); });
    dispatcher.publish(one, 'a');
    expect(seen).toEqual(['1 a 1', '2 a 1', '1 b 2', '2 b 2', '1 c 3', '2 c 3', '1 d 4', '2 d 4', 'idle']);
  });

  it('should do exclusive work whole before anything that it causes is delivered', () => {
    const { seen, dispatcher, channel } = recorder();
    dispatcher.exclusive(() => {
      dispatcher.publish(channel(), 'a');
      dispatcher.exclusive(() => {
        dispatcher.publish(channel(), 'b');
        seen.push('inner');
      });
      seen.push('outer');
    });
    expect(seen).toEqual(['inner', 'outer', '1 a 1', '2 a 1', '1 b 2', '2 b 2', 'idle']);
  });

  it('should be idle after a delivery from inside which exclusive work was done', () => {
    const { seen, dispatcher, channel } = recorder();
    dispatcher.publish(channel(() => { dispatcher.exclusive(() => { seen.push('work'); }); }), 'a');
    expect(seen).toEqual(['1 a 1', 'work', '2 a 1', 'idle']);
  });

  it('should keep the order of any number of events that cause one another, without growing the stack', () => {
    const order: number[] = [];
    const dispatcher = new Dispatcher<number>(() => undefined);
    const channel = {
      deliver: (event: number) => {
        order.push(event);
        if (event < 10_000) dispatcher.publish(channel, event + 1);
      },
    };
    dispatcher.publish(channel, 1);
    expect(order).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
  });

  it('should keep the order of a burst that one event causes', () => {
    const order: number[] = [];
    const dispatcher = new Dispatcher<number>(() => undefined);
    const channel = {
      deliver: (event: number) => {
        order.push(event);
        if (event === 0 || event === 1_500) for (let n = 1; n <= 2_500; n++) dispatcher.publish(channel, event === 0 ? n : n + 10_000);
      },
    };
    dispatcher.publish(channel, 0);
    const range = (from: number) => Array.from({ length: 2_500 }, (_, n) => n + from);
    expect(order).toEqual([0, ...range(1), ...range(10_001)]);
  });

  it('should be idle after exclusive work, also after what being idle causes', () => {
    const seen: string[] = [];
    const dispatcher: Dispatcher<string> = new Dispatcher<string>(() => {
      seen.push('idle');
      if (seen.length < 4) dispatcher.exclusive(() => { seen.push('more'); });
    });
    dispatcher.exclusive(() => { seen.push('a'); });
    expect(seen).toEqual(['a', 'idle', 'more', 'idle']);
  });

  it('should go on after a delivery or a work that throws', () => {
    const { seen, dispatcher, channel } = recorder();
    expect(() => dispatcher.publish({ deliver: () => { throw new Error('no'); } }, 'a')).toThrow('no');
    expect(() => dispatcher.exclusive(() => { throw new Error('no'); })).toThrow('no');
    seen.length = 0;
    dispatcher.publish(channel(), 'b');
    expect(seen.slice(0, 2)).toEqual(['1 b 2', '2 b 2']);
  });
});
