// What the page of a node registers, found as the checker of Node-RED's library finds it: a literal name and an object written in place.
import ts from 'typescript';

/** A type of node as its dialog registers it. */
export interface DialogRegistration {
  readonly type: string;
  readonly category: string;
}

/** Every registration that can be found; one whose name or definition is computed cannot. */
export function dialogRegistrations(html: string): readonly DialogRegistration[] {
  const scripts = [...html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)].map(([, script = '']) => script);
  return scripts.flatMap((script) => registrationsIn(ts.createSourceFile('dialog.js', script, ts.ScriptTarget.ES2022, true)));
}

function registrationsIn(node: ts.Node): readonly DialogRegistration[] {
  const below: DialogRegistration[] = [];
  ts.forEachChild(node, (child) => void below.push(...registrationsIn(child)));
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'RED.nodes.registerType') return below;
  const [type, definition] = node.arguments;
  if (type === undefined || !ts.isStringLiteral(type) || definition === undefined || !ts.isObjectLiteralExpression(definition)) return below;
  const category = definition.properties.find((each) => ts.isPropertyAssignment(each) && each.name.getText() === 'category') as
    | ts.PropertyAssignment
    | undefined;
  const value = category?.initializer;
  return [...below, { type: type.text, category: value !== undefined && ts.isStringLiteral(value) ? value.text : '' }];
}
