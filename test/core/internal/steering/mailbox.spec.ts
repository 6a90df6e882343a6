import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Observable, Subject, type Subscriber, type Subscription } from 'rxjs';
import { Mailbox } from '../../../../src/core/internal/steering/mailbox.js';

function open() {
  const changes: string[] = [];
  const got: string[] = [];
  const mailbox = new Mailbox(
    ({ id, state, reason }) => changes.push(`${id} ${state}${reason === undefined ? '' : ` ${reason}`}`),
    (work) => { work(); },
  );
  const listen = (mark = ''): Subscription => new Observable<string>((subscriber) => { mailbox.listen(subscriber); })
    .subscribe({ next: (text) => got.push(mark + text), complete: () => got.push(`${mark}|`) });
  return { mailbox, changes, got, listen };
}

describe('Mailbox', () => {
  it('should deliver at once to a listener, and tell of it before', () => {
    const { mailbox, changes, got, listen } = open();
    listen();
    expect(mailbox.post('1', 'a').state).toBe('delivered');
    expect([changes, got]).toEqual([['1 delivered'], ['a']]);
    expect([mailbox.waiting, mailbox.delivered, mailbox.missed]).toEqual([0, 1, 0]);
  });

  it('should give what it calls delivered before anybody else can act on that', () => {
    const seen: string[] = [];
    const later: (() => void)[] = [];
    const mailbox = new Mailbox(
      ({ state }) => later.push(() => seen.push(state)),
      (work) => {
        work();
        for (const act of later.splice(0)) act();
      },
    );
    new Observable<string>((subscriber) => { mailbox.listen(subscriber); }).subscribe((text) => seen.push(text));
    mailbox.post('1', 'a');
    expect(seen).toEqual(['a', 'delivered']);
  });

  it('should keep messages until somebody listens, and give each once', () => {
    const { mailbox, changes, got, listen } = open();
    mailbox.post('1', 'a');
    mailbox.post('2', 'b');
    expect(mailbox.waiting).toBe(2);
    listen();
    listen('second ');
    mailbox.post('3', 'c');
    expect(got).toEqual(['a', 'b', 'c', 'second c']);
    expect(changes).toEqual(['1 queued', '2 queued', '1 delivered', '2 delivered', '3 delivered']);
    expect(mailbox.delivered).toBe(3);
  });

  it('should keep messages again when nobody listens any more', () => {
    const { mailbox, got, listen } = open();
    listen().unsubscribe();
    expect(mailbox.post('1', 'a').state).toBe('queued');
    expect(got).toEqual([]);
  });

  it('should hand over what waits, oldest first, and nothing twice', () => {
    const { mailbox, changes } = open();
    mailbox.post('1', 'a');
    mailbox.post('2', 'b');
    expect([mailbox.take(), mailbox.take()]).toEqual([['a', 'b'], []]);
    expect(changes.slice(2)).toEqual(['1 delivered', '2 delivered']);
  });

  it('should miss what waits when it is closed, and complete its listeners, early and late', () => {
    const { mailbox, changes, got, listen } = open();
    mailbox.post('1', 'a');
    mailbox.close('completed')();
    listen();
    expect(changes).toEqual(['1 queued', '1 missed completed']);
    expect(got).toEqual(['|']);
    expect([mailbox.waiting, mailbox.delivered, mailbox.missed]).toEqual([0, 0, 1]);
    expect(mailbox.known('1')).toMatchObject({ state: 'missed', reason: 'completed' });
  });

  it('should keep the order of messages that are posted while one is given out', () => {
    const got: string[] = [];
    const mailbox = new Mailbox(() => undefined, (work) => { work(); });
    new Observable<string>((subscriber) => { mailbox.listen(subscriber); }).subscribe((text) => {
      got.push(text);
      if (text.length < 3) mailbox.post(`${text}!`, `${text}!`);
    });
    mailbox.post('a', 'a');
    expect(got).toEqual(['a', 'a!', 'a!!']);
    expect(mailbox.waiting).toBe(0);
  });

  it('should stop giving out when the listener leaves in between', () => {
    const { mailbox, got } = open();
    mailbox.post('1', 'a');
    mailbox.post('2', 'b');
    const subscription: Subscription = new Observable<string>((subscriber) => {
      subscriber.add(() => undefined);
      mailbox.listen(subscriber);
    }).subscribe({ next: (text) => { got.push(text); queueMicrotask(() => subscription.unsubscribe()); } });
    expect(got).toEqual(['a', 'b']);
    const leaving = open();
    leaving.mailbox.post('1', 'a');
    leaving.mailbox.post('2', 'b');
    new Observable<string>((subscriber) => {
      const inner = new Observable<string>((own) => { leaving.mailbox.listen(own); }).subscribe((text) => subscriber.next(text));
      subscriber.add(inner);
    }).subscribe((text) => leaving.got.push(text)).unsubscribe();
    expect(leaving.got).toEqual(['a', 'b']);
  });

  it('should hand messages over one by one, and call delivered only what was handed over', () => {
    const { mailbox, changes } = open();
    const hands: Subject<never>[] = [];
    const given: string[] = [];
    mailbox.post('1', 'a');
    mailbox.handOver((text) => {
      given.push(text);
      return hands[hands.push(new Subject<never>()) - 1]!;
    });
    mailbox.post('2', 'b');
    mailbox.post('3', 'c');
    expect([given, mailbox.waiting, changes]).toEqual([['a'], 3, ['1 queued', '2 queued', '3 queued']]);
    hands[0]!.complete();
    hands[1]!.error(new Error('broken pipe'));
    expect([given, mailbox.waiting, changes.slice(3)]).toEqual([['a', 'b', 'c'], 1, ['1 delivered', '2 missed refused']]);
    mailbox.close('completed')();
    expect([changes.slice(5), hands[2]!.observed]).toEqual([['3 missed completed'], false]);
    hands[2]!.complete();
    expect([mailbox.delivered, mailbox.missed, mailbox.waiting]).toEqual([1, 2, 0]);
  });

  it('should take a message out of the hand when somebody else takes it', () => {
    const { mailbox, changes } = open();
    const hand = new Subject<never>();
    mailbox.handOver(() => hand);
    mailbox.post('1', 'a');
    expect([mailbox.take(), hand.observed, changes]).toEqual([['a'], false, ['1 queued', '1 delivered']]);
    mailbox.post('2', 'b');
    expect([hand.observed, mailbox.waiting]).toEqual([true, 1]);
  });

  it('should hand over in one go what works at once, and miss what throws', () => {
    const { mailbox, changes } = open();
    mailbox.post('1', 'a');
    mailbox.post('2', 'b');
    mailbox.handOver((text) => {
      if (text === 'a') throw new Error('no');
      return [];
    });
    expect(changes.slice(2)).toEqual(['1 missed refused', '2 delivered']);
  });

  it('should hand over as many at once as it may, each settled by itself and in any order', () => {
    const { mailbox, changes } = open();
    const hands = new Map<string, Subject<never>>();
    mailbox.post('1', 'a');
    mailbox.handOver((text) => {
      hands.set(text, new Subject<never>());
      return hands.get(text)!;
    }, 3);
    for (const [id, text] of [['2', 'b'], ['3', 'c'], ['4', 'd']] as const) mailbox.post(id, text);
    expect([[...hands.keys()], mailbox.waiting]).toEqual([['a', 'b', 'c'], 4]);
    hands.get('b')!.complete();
    expect([...hands.keys()]).toEqual(['a', 'b', 'c', 'd']);
    hands.get('d')!.error(new Error('refused'));
    hands.get('a')!.complete();
    expect(changes.slice(4)).toEqual(['2 delivered', '4 missed refused', '1 delivered']);
    mailbox.close('failed')();
    expect([changes.slice(7), hands.get('c')!.observed]).toEqual([['3 missed failed'], false]);
    expect([mailbox.delivered, mailbox.missed, mailbox.waiting]).toEqual([2, 2, 0]);
  });

  it('should settle all, each once, where letting go of one takes the others or throws', () => {
    const { mailbox, changes } = open();
    mailbox.handOver(() => new Observable(() => () => {
      mailbox.take();
      throw new Error('teardown');
    }), Infinity);
    for (const id of ['1', '2', '3']) mailbox.post(id, id);
    mailbox.close('cancelled')();
    expect(changes.slice(3)).toEqual(['1 missed cancelled', '2 missed cancelled', '3 missed cancelled']);
    expect([mailbox.delivered, mailbox.missed, mailbox.waiting]).toEqual([0, 3, 0]);
  });

  it('should hand over any number that works at once, and what is posted meanwhile in its turn', () => {
    const { mailbox } = open();
    const given: string[] = [];
    for (let n = 0; n < 20_000; n++) mailbox.post(String(n), String(n));
    mailbox.handOver((text) => {
      given.push(text);
      if (text === '7') mailbox.post('last', 'last');
      return [];
    });
    expect([given.length, given[0], given.at(-1), mailbox.waiting]).toEqual([20_001, '0', 'last', 0]);
  });

  it('should remember the last thousand settled messages, and every one that waits', () => {
    const { mailbox } = open();
    mailbox.post('waiting', 'a');
    mailbox.take();
    mailbox.post('old', 'b');
    mailbox.take();
    for (let n = 0; n < 998; n++) {
      mailbox.post(`${n}`, 'c');
      mailbox.take();
    }
    expect([mailbox.known('waiting')?.state, mailbox.known('old')?.state]).toEqual(['delivered', 'delivered']);
    mailbox.post('new', 'd');
    expect([mailbox.known('waiting'), mailbox.known('old')?.state]).toEqual([undefined, 'delivered']);
    for (let n = 0; n < 2_000; n++) mailbox.post(`again ${n}`, 'e');
    expect(mailbox.known('new')?.state).toBe('queued');
  });

  it('should deliver or miss each message once, whatever is done with it', () => {
    const steps = fc.array(fc.oneof(
      fc.constantFrom('post', 'take', 'listen', 'leave', 'hand'),
      fc.tuple(fc.constantFrom('works', 'fails'), fc.nat(3)),
    ), { maxLength: 30 });
    fc.assert(fc.property(steps, fc.integer({ min: 1, max: 3 }), (all, concurrency) => {
      const { mailbox, got, listen } = open();
      const taken: string[] = [];
      let posted = 0;
      const inHand = new Map<string, Subscriber<unknown>>();
      let subscription: Subscription | undefined;
      for (const step of all) {
        if (step === 'post') mailbox.post(String(posted), String(posted++));
        if (step === 'take') taken.push(...mailbox.take());
        if (step === 'listen') subscription ??= listen();
        if (step === 'hand') {
          mailbox.handOver((text) => new Observable((subscriber) => {
            inHand.set(text, subscriber);
            return () => { inHand.delete(text); };
          }), concurrency);
        }
        if (step === 'leave') {
          subscription?.unsubscribe();
          subscription = undefined;
        }
        if (typeof step === 'string') continue;
        const [text, subscriber] = [...inHand][step[1]] ?? [];
        if (text === undefined) continue;
        if (step[0] === 'works') taken.push(text);
        if (step[0] === 'works') subscriber!.complete();
        else subscriber!.error(new Error('refused'));
        expect(inHand.size).toBeLessThanOrEqual(concurrency);
      }
      mailbox.close('completed')();
      const received = [...taken, ...got.filter((text) => text !== '|')].map(Number).sort((a, b) => a - b);
      const delivered = Array.from({ length: posted }, (_, n) => n).filter((n) => mailbox.known(String(n))?.state === 'delivered');
      expect(received).toEqual(delivered);
      expect([mailbox.delivered, mailbox.missed]).toEqual([delivered.length, posted - delivered.length]);
      expect([mailbox.waiting, inHand.size]).toEqual([0, 0]);
    }));
  });
});
