import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHand, type Hand } from '../../../src/parents/shared/hand.js';

const later = Object.assign(new Error('busy'), { isRetryable: true });

describe('createHand', () => {
  let told: string[];
  let hand: Hand;
  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    hand = createHand(() => told.push('read'), () => told.push('back'));
  });
  afterEach(() => { jest.useRealTimers(); });

  it('should settle once, whatever follows', () => {
    hand.sent();
    hand.answered();
    hand.answered();
    hand.failed(new Error('late'));
    hand.giveUp();
    expect(told).toEqual(['read']);
  });

  it('should come back at once where nobody tries again', () => {
    hand.failed(new Error('refused'));
    hand.failed(undefined);
    expect(told).toEqual(['back']);
  });

  it('should wait for another try, and come back where none comes', () => {
    hand.failed(later);
    jest.advanceTimersByTime(69_999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual(['back']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('should wait for as long as the other try takes', () => {
    hand.failed(later);
    hand.sent();
    jest.advanceTimersByTime(600_000);
    hand.giveUp();
    expect(told).toEqual([]);
    hand.answered();
    expect(told).toEqual(['read']);
  });

  it('should come back where the parent goes on without another try', () => {
    hand.failed(later);
    hand.giveUp();
    expect(told).toEqual(['back']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
