import { concat, concatMap, defer, from, map, of, timer, type Observable } from 'rxjs';
import { line, result, text, type AgentContext, type AgentOutput, type Brief } from 'sidestream';

/** Milliseconds between two words. */
const PACE = 15;

/** Says something word by word, as a model does. */
const say = (words: string): Observable<AgentOutput> =>
  from(`${words}\n`.split(/(?<= )/)).pipe(concatMap((word) => timer(PACE).pipe(map(() => text(word)))));

/** A scripted child, so that no model is needed: it paints what the goal names, and asks before it begins and before it spends. */
export function painter({ goal }: Brief, _steering: Observable<string>, { ask }: AgentContext): Observable<AgentOutput> {
  const paint = (colour: string): Observable<AgentOutput> => concat(
    say(`Painting ${goal} ${colour}, one board after the other.`), of(line('done'), result(`${goal} is ${colour}`)),
  );
  const buy = (colour: string): Observable<AgentOutput> =>
    ask({ kind: 'permission', text: `May I buy ${colour} paint?`, detail: { shop: 'the one at the corner', price: '12.50' } }).pipe(
      concatMap((leave) => leave === 'allow_once' ? paint(colour) : of(result(`${goal} is as it was`))),
    );
  const options = ['red', { id: 'blue', label: 'Blue', description: 'as the sky' }];
  return concat(say(`Looking at ${goal} from all sides.`), defer(() => ask({ text: 'Which colour?', options })).pipe(concatMap(buy)));
}
