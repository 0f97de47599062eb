// The dialog of nightjar-site: what its fields take, and the button that tries the connection. Loaded once, before or after
// nightjar-editor.js: Node-RED 4 loads scripts side by side.
(() => {
  const text = (key, values) => window.Nightjar.text(key, values);
  const isBlank = (value) => value === undefined || value === null || String(value).trim() === '';

  const SITE_RULES = {
    broker: (value) => {
      const address = /^[a-z]+:\/\//i.test(value) ? value : `mqtt://${value}`;
      if (!/^(mqtts?|wss?):\/\/[^/\s]+/i.test(address)) return text('invalid.broker');
      return !/^[a-z]+:\/\/[^/]*@/i.test(address) || text('invalid.brokerUser');
    },
    base: (value) => !/[+#]|\/\/|^\$/.test(value) || text('invalid.base'),
    apiUrl: (value) => isBlank(value) || /^https?:\/\/[^/\s@]+\S*$/i.test(value) || text('invalid.apiUrl'),
  };
  /** Whether a property of a site is as it should be. One in `${…}` of the environment is. */
  const validSite = (name, value) =>
    value === undefined || /\$\{[^}]+\}/.test(value) || (name !== 'apiUrl' && isBlank(value)) || SITE_RULES[name](String(value).trim());

  /** What a trial found, a line each. */
  const testLines = ({ broker, servers, cameras, api }) => {
    const line = (isOk, name, problem) => ({ isOk, words: `${name}: ${problem ?? text(isOk ? 'test.ok' : 'test.notOk')}` });
    return [
      // It may be reached, and no recorder be there.
      line(broker.ok && broker.problem === undefined, text('test.broker'), broker.problem),
      ...servers.map(({ name, isOnline }) => line(isOnline, text('test.recorder', { name }), text(`picker.availability.${isOnline ? 'online' : 'offline'}`))),
      ...(servers.length === 0 ? [] : [{ words: text('test.cameras', { count: cameras }) }]),
      line(api.ok, text('test.api'), api.problem),
    ];
  };

  /** For `oneditprepare` of the site: what was not saved gets its default, and the connection can be tried. */
  const prepareSite = (node) => {
    const field = (name) => $(`#node-config-input-${name}`);
    for (const name of ['broker', 'base', 'protocol', 'apiUrl']) if (isBlank(field(name).val())) field(name).val(node._def.defaults[name].value);
    window.Nightjar.nameFields();
    for (const name of ['broker', 'base', 'apiUrl']) {
      const check = () => {
        const value = String(field(name).val());
        window.Nightjar.tell(field(name), isBlank(value) && name !== 'apiUrl' ? text('invalid.missing') : validSite(name, value));
      };
      field(name).on('change keyup paste', check);
      check();
    }
    const result = $('#nightjar-test-result');
    const say = (lines) => {
      result.empty();
      for (const { isOk, words } of lines) {
        const sign = isOk === undefined ? [] : [$(`<i class="fa fa-${isOk ? 'check' : 'times'}" aria-hidden="true"></i>`), ' '];
        $('<div>')
          .append(...sign, $('<span>').text(words))
          .appendTo(result);
      }
      result[0].scrollIntoView({ block: 'nearest' });
    };
    $('#nightjar-test').on('click', async () => {
      $('#nightjar-test').prop('disabled', true);
      say([{ words: text('test.running') }]);
      try {
        const typed = Object.fromEntries(
          ['broker', 'base', 'protocol', 'tls', 'apiUrl', 'user', 'password', 'token'].map((name) => [name, field(name).val() ?? '']),
        );
        say(
          testLines(
            await $.ajax({
              url: 'nightjar/test',
              method: 'POST',
              timeout: 15_000,
              contentType: 'application/json',
              data: JSON.stringify({ id: node.id, ...typed }),
            }),
          ),
        );
      } catch (failure) {
        say([{ isOk: false, words: text('test.failed', { problem: failure?.responseJSON?.problem ?? failure?.statusText ?? String(failure) }) }]);
      }
      $('#nightjar-test').prop('disabled', false);
    });
  };

  window.Nightjar = Object.assign(window.Nightjar ?? {}, { validSite, prepareSite });
})();
