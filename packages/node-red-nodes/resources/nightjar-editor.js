// What the dialogs of the nodes share in the editor. Loaded once, by nightjar-site.html. The entries of a node's `defaults` say more than
// Node-RED needs: `field` (how it is typed in), `range`, `applies` (whether it means anything, with what else is chosen) and `optional`.
(() => {
  const CATALOGUE = '@nightjar/node-red-nightjar/nightjar-site:';
  const CAMERA_ID = /^[a-z0-9][a-z0-9_-]{0,47}$/;
  const MOMENT = /^(\d{4}-\d{2}-\d{2}([T ].*)?|-\s*(\d+(\.\d+)?\s*[smhdw]\s*)+|now|today|yesterday|\d{9,14})$/i;
  const REFERENCES = ['msg', 'flow', 'global', 'env', 'jsonata'];
  const LISTENING = ['env', 'flow', 'global'];
  /** So many cameras of a list are seen without scrolling. */
  const SEEN_AT_ONCE = 6;
  const GLANCE_LENGTH = 100;
  /** Words of the catalogue; `{{…}}` is put in as it is, for whoever shows it as text. */
  const text = (key, values = {}) => RED._(CATALOGUE + key).replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name] ?? ''));

  const whyUnknown = (id, { status, responseJSON }) => {
    if (status === 401 || status === 403) return text('picker.notAllowed');
    if (status !== 404) return text('picker.noAnswer');
    const isDeployed = RED.nodes.node(id)?.changed !== true;
    return (isDeployed && responseJSON?.problem) || text('picker.notDeployed');
  };
  /** What the runtime knows of the site with this id: `{status, problem, cameras, servers}`. Never fails. */
  const siteFacts = async (id) => {
    if (!id || id === '_ADD_') return { cameras: [], servers: [], problem: text('picker.noSite') };
    // Which one a variable of a subflow names, only its instances know.
    if (id.startsWith('${')) return { cameras: [], servers: [], problem: '' };
    try {
      const response = await $.getJSON(`nightjar/${encodeURIComponent(id)}/cameras`);
      // A site that nobody uses is not connected.
      return { cameras: [], servers: [], ...(response.status === 'idle' ? { problem: text('picker.unused') } : {}), ...response };
    } catch (failure) {
      return { cameras: [], servers: [], problem: whyUnknown(id, failure) };
    }
  };

  /** The node whose dialog was opened last, its form, and what its site has. */
  let open = { node: undefined, form: undefined, facts: { cameras: [], servers: [] } };
  /** Node-RED checks nodes also when their dialogs are long closed, for instance after their site was edited. */
  const isOpen = (node) => open.node === node && open.form?.isConnected === true;
  const defaultsOf = (node) => node._def.defaults;
  const isTyped = (node, name) => `${name}Type` in defaultsOf(node);
  const control = (name) => $(`#node-input-${name}`);
  const isBlank = (value) => value === undefined || value === null || String(value).trim() === '';
  const idsOf = (value) =>
    String(value ?? '')
      .split(/[\s,]+/)
      .filter(Boolean);

  /** What a property is now: in the dialog where that is open, else as it is saved, else by default. */
  const now = (node, name) => {
    const field = isOpen(node) ? control(name) : $();
    if (field.length > 0 && field.is('select, input')) return field.is(':checkbox') ? field.prop('checked') : field.val();
    return node[name] ?? defaultsOf(node)[name]?.value;
  };
  const asked = (node, answer) => (typeof answer === 'function' ? answer((name) => now(node, name)) : answer);
  const applies = (node, name) => defaultsOf(node)[name].applies === undefined || asked(node, defaultsOf(node)[name].applies);

  // Types of typed inputs

  /** Enter and the tabulator take the first one: whatever is written out has to be that. */
  const matching = (all) => (typed) => {
    const sought = typed.trim().toLowerCase();
    const rank = ({ value, label }) => [value === sought, value.startsWith(sought), label.toLowerCase().startsWith(sought), true].indexOf(true);
    return all()
      .filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(sought))
      .sort((one, other) => rank(one) - rank(other))
      .map(({ value, label }) => ({ value, label: $('<div>').text(label) }));
  };
  const cameraOptions = () => open.facts.cameras.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }));
  /** Presets or zones: of the camera that is chosen, else of all. */
  const leafOptions = (leaf) => () => {
    const ids = idsOf(control('cameras').val() ?? control('camera').val());
    const cameras = open.facts.cameras.some(({ id }) => ids.includes(id)) ? open.facts.cameras.filter(({ id }) => ids.includes(id)) : open.facts.cameras;
    return [...new Set(cameras.flatMap((camera) => camera[leaf] ?? []))].map((value) => ({ value, label: value }));
  };
  /** The last of several, divided by commas, is the one being typed. */
  const lastOf = (suggest) => (typed) => {
    const [, before, last] = /^(.*,\s*)?([^,]*)$/.exec(typed) ?? [];
    return suggest(last ?? '').map(({ value, label }) => ({ value: `${before ?? ''}${value}`, label }));
  };
  const str = (key, icon, autoComplete) => ({ value: 'str', label: text(`typed.${key}`), icon: `fa fa-${icon}`, ...(autoComplete ? { autoComplete } : {}) });
  const TYPES = {
    cameras: () => [str('cameras', 'video-camera', lastOf(matching(cameraOptions))), ...LISTENING],
    camera: () => [str('camera', 'video-camera', matching(cameraOptions)), ...REFERENCES],
    listenText: () => [str('text', 'tag'), ...LISTENING],
    listenZones: () => [str('zone', 'map-marker', lastOf(matching(leafOptions('zones')))), ...LISTENING],
    listenNumber: () => ['num', ...LISTENING],
    number: () => ['num', ...REFERENCES],
    text: () => ['str', ...REFERENCES],
    path: () => ['str', ...REFERENCES],
    event: () => [str('event', 'bell'), 'num', ...REFERENCES],
    moment: () => [str('moment', 'clock-o'), 'date', ...REFERENCES],
    preset: () => [str('preset', 'bookmark', matching(leafOptions('presets'))), ...REFERENCES],
    zone: () => [str('zone', 'map-marker', matching(leafOptions('zones'))), ...REFERENCES],
    switch: () => [
      'bool',
      { value: 'toggle', label: text('typed.toggle'), icon: 'fa fa-toggle-on', hasValue: false },
      'num',
      str('text', 'list', matching(switchOptions)),
      ...REFERENCES,
    ],
  };
  const MODES = ['off', 'motion', 'continuous'];
  const switchOptions = () => (now(open.node, 'property') === 'record_mode' ? MODES : ['on', 'off']).map((value) => ({ value, label: value }));

  // Validators: true, or what is wrong

  const RULES = {
    camera: (value, { isOptional }) => {
      if (isBlank(value)) return isOptional || text('invalid.cameraMissing');
      return CAMERA_ID.test(String(value).trim()) || text('invalid.cameraId', { value });
    },
    cameras: (value) => {
      const wrong = idsOf(value).find((id) => id !== '*' && !CAMERA_ID.test(id));
      return wrong === undefined || text('invalid.cameraId', { value: wrong });
    },
    number: (value, { isOptional, range: [least, most] = [-Infinity, Infinity] }) => {
      if (isBlank(value)) return isOptional || text('invalid.range', { least, most });
      const number = Number(value);
      return (Number.isFinite(number) && number >= least && number <= most) || text('invalid.range', { least, most });
    },
    moment: (value, { isOptional }) => (isBlank(value) ? isOptional || text('invalid.missing') : MOMENT.test(String(value).trim()) || text('invalid.moment')),
    event: (value) => isBlank(value) || /^\s*\d+\s*$/.test(String(value)) || text('invalid.event'),
    preset: (value) => !isBlank(value) || text('invalid.missing'),
    path: (value) => !isBlank(value) || text('invalid.missing'),
    set: (value) => !Array.isArray(value) || value.length > 0 || text('invalid.nothingChosen'),
    switch: (value, { node, type }) => {
      const property = now(node, 'target') === 'site' ? 'armed' : now(node, 'property');
      const isSwitch = type === 'toggle' || type === 'bool';
      if (property !== 'sensitivity' && property !== 'record_mode')
        return isSwitch || /^\s*(on|off|true|false|0|1|toggle)\s*$/i.test(String(value)) || text('invalid.switch');
      if (isSwitch) return text('invalid.noToggle');
      return property === 'sensitivity' ? RULES.number(value, { range: [0, 100] }) : MODES.includes(value) || text('invalid.mode');
    },
  };
  RULES.plainNumber = RULES.number;
  RULES.listenNumber = RULES.number;

  /** Of what is looked up when a message comes, only how it is written can be checked. */
  const referenceRule = (value, type) => {
    if (isBlank(value)) return text('invalid.missing');
    const told = RED.utils.validateTypedProperty(String(value), type, {});
    return told === true || (typeof told === 'string' ? told : text('invalid.missing'));
  };
  const isOptional = (node, name) => {
    const { field, optional, value } = defaultsOf(node)[name];
    return optional === undefined ? value === '' && field !== 'camera' : asked(node, optional) === true;
  };
  const typeNow = (node, name) => (isTyped(node, name) ? now(node, `${name}Type`) || typeOf(node, name) : 'str');

  /** Whether a property of a node is as it should be: true, or what is wrong with it in the language of the editor. */
  const valid = (node, name, value) => {
    if (value === undefined || !applies(node, name)) return true;
    const { field, range } = defaultsOf(node)[name];
    const given = field === 'set' && isOpen(node) ? ticked(name) : value;
    const type = typeNow(node, name);
    if (REFERENCES.includes(type)) return referenceRule(given, type);
    if (type === 'date' || /^\s*\$\{[^}]+\}\s*$/.test(String(given))) return true;
    return RULES[field]?.(given, { isOptional: isOptional(node, name), range, node, type }) ?? true;
  };

  // The dialog

  /** Type of a value; also of one that was saved without, by hand or by an older version. */
  const typeOf = (node, name) => {
    const byDefault = defaultsOf(node)[`${name}Type`].value;
    const value = node[name];
    if (value === undefined) return byDefault;
    if (node[`${name}Type`]) return node[`${name}Type`];
    if (typeof value === 'number') return 'num';
    if (typeof value === 'boolean') return 'bool';
    return REFERENCES.includes(byDefault) ? 'str' : byDefault;
  };

  const fill = (node) => {
    for (const [name, { value, field }] of Object.entries(defaultsOf(node))) {
      if (field === 'set') {
        const chosen = node[name] ?? value;
        $(`[data-set="${name}"]`).each((_, box) => void $(box).prop('checked', chosen.includes(box.value)));
      } else if (node[name] === undefined && control(name).is(':checkbox')) control(name).prop('checked', value);
      else if (node[name] === undefined && control(name).is('select, input') && !defaultsOf(node)[name].type) control(name).val(value);
    }
  };

  /** What a kind of value is called in the list of them. */
  const kindName = (types, kind) => {
    const own = types.find(({ value }) => value === kind)?.label;
    return own ?? (['msg', 'flow', 'global'].includes(kind) ? kind : RED._(`editor:typedInput.type.${kind}`));
  };

  const typedInput = (node, name) => {
    const field = control(name);
    const types = TYPES[defaultsOf(node)[name].field]();
    const isKnown = (type) => types.some((each) => (each.value ?? each) === type);
    // What has a type that this version does not know is shown as the first one.
    const type = isKnown(typeOf(node, name)) ? typeOf(node, name) : (types[0].value ?? types[0]);
    control(`${name}Type`).val(type);
    field.typedInput({ types, default: type, typeField: control(`${name}Type`) });
    const inner = field.next('.red-ui-typedInput-container').find('input.red-ui-typedInput-input');
    const label = $(`.nightjar-dialog label[for="node-input-${name}"]`).attr({ for: `nightjar-typed-${name}`, id: `nightjar-label-${name}` });
    inner.attr({ id: `nightjar-typed-${name}`, 'aria-labelledby': label.attr('id') });
    const kind = field.next('.red-ui-typedInput-container').find('.red-ui-typedInput-type-select');
    kind.attr({ id: `nightjar-kind-${name}`, 'aria-labelledby': `nightjar-label-${name} nightjar-kind-${name}` });
    // It shows a picture only.
    const nameKind = () => kind.attr('aria-label', text('typed.kind', { kind: kindName(types, field.typedInput('type')) }));
    field.on('change', nameKind);
    nameKind();
    // A click shows what there is to choose from; typing does so by itself.
    inner.on('click', () => inner.hasClass('red-ui-autoComplete') && inner.val() === '' && inner.trigger('keyup'));
    // Of what these two keys take, Node-RED says nothing to the field.
    inner.on('keydown', (event) => void (['Enter', 'Tab'].includes(event.key) && setTimeout(() => event.isDefaultPrevented() && inner.trigger('change'))));
    field.on('change keyup', () => $(`[data-beside="${name}"]`).trigger('nightjar:text'));
  };

  /** Arrow keys go from camera to camera. Where there are many, the tabulator passes them: whoever is on the way to the next field is soon there. */
  const walkBetween = (ticks) => {
    const boxes = ticks.find(':checkbox');
    const stopAt = (box) => {
      if (boxes.length > SEEN_AT_ONCE) boxes.attr('tabindex', (index) => (boxes[index] === box ? 0 : -1));
    };
    stopAt(boxes.filter(':checked')[0] ?? boxes[0]);
    boxes.on('focus', ({ currentTarget }) => stopAt(currentTarget));
    ticks.on('keydown', (event) => {
      const at = boxes.index(event.target);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      boxes[Math.max(0, Math.min(boxes.length - 1, to))].focus();
    });
  };

  const showCameraList = (list, name) => {
    const { cameras, problem } = open.facts;
    const isText = () => control(`${name}Type`).val() === 'str';
    const isLong = cameras.length > SEEN_AT_ONCE;
    list.empty().attr('aria-label', text(isLong ? 'picker.longList' : 'picker.list'));
    const ticks = $('<div class="nightjar-ticks">').appendTo(list);
    for (const { id, name: title, availability } of cameras) {
      const box = $('<input>', { type: 'checkbox', id: `nightjar-camera-${id}`, value: id }).on('change', () => {
        const chosen = idsOf(control(name).typedInput('value')).filter((each) => each !== '*' && each !== id);
        control(name).typedInput('value', [...chosen, ...(box.prop('checked') ? [id] : [])].join(', '));
      });
      const words = [title === id ? id : `${title} (${id})`, ...(availability === 'online' ? [] : [text(`picker.availability.${availability}`)])];
      $('<div class="nightjar-check">')
        .append(box, $('<label>', { for: `nightjar-camera-${id}` }).text(words.join(' – ')))
        .appendTo(ticks);
    }
    const hint = $('<div class="nightjar-hint" role="status">').appendTo(list);
    list.off('nightjar:text').on('nightjar:text', () => {
      const chosen = idsOf(control(name).val());
      list.find(':checkbox').each((_, box) => $(box).prop('checked', chosen.includes(box.value)));
      const isAll = chosen.length === 0 || chosen.includes('*');
      hint.text(problem ?? (cameras.length === 0 ? text('picker.none') : isAll ? text('picker.allChosen') : unknownOf(chosen)));
      list.toggle(isText() && applies(open.node, name));
    });
    list.trigger('nightjar:text');
    walkBetween(ticks);
  };

  /** Of ids those that the site does not have, as a sentence. They may come later, and are taken. */
  const unknownOf = (ids) => {
    const unknown = ids.filter((each) => CAMERA_ID.test(each) && !open.facts.cameras.some(({ id }) => id === each));
    return unknown.length === 0 ? '' : text('picker.unknown', { list: unknown.join(', ') });
  };
  /** As many ids as can be read at a glance. */
  const glance = (ids) => {
    let shown = ids.length;
    while (shown > 1 && ids.slice(0, shown).join(', ').length > GLANCE_LENGTH) shown--;
    const list = ids.slice(0, shown).join(', ');
    return shown === ids.length ? text('picker.known', { list }) : text('picker.knownMore', { list, count: ids.length - shown });
  };

  const showFacts = (node) => {
    $('.nightjar-cameras').each((_, list) => showCameraList($(list), $(list).data('beside')));
    $('.nightjar-hint[data-beside]').each((_, hint) => {
      const name = $(hint).data('beside');
      const { cameras, problem } = open.facts;
      const known = problem ?? (cameras.length === 0 ? text('picker.none') : glance(cameras.map(({ id }) => id)));
      const unknown = () => (problem !== undefined || cameras.length === 0 ? '' : unknownOf([String(control(name).val()).trim()]));
      $(hint)
        .off('nightjar:text')
        .on('nightjar:text', () =>
          $(hint)
            .text([unknown(), known].filter(Boolean).join(' '))
            .toggle(control(`${name}Type`).val() === 'str' && applies(node, name)),
        )
        .trigger('nightjar:text');
    });
  };

  /**
   * Says below a field what is wrong with it. Node-RED marks the field, and has its words only for whoever points at it: of a typed input
   * for nobody, as they hang on the input that it hides. Lists of ticks it does not mark.
   *
   * @param shown - The input that people type in.
   */
  const tell = (shown, problem) => {
    const id = `${shown.attr('id')}-problem`;
    if ($(`#${id}`).length === 0) $('<div class="nightjar-problem">').attr('id', id).appendTo(shown.closest('.form-row'));
    $(`#${id}`).text(problem === true ? '' : problem);
    shown.attr({ 'aria-invalid': String(problem !== true), 'aria-describedby': id });
  };
  const showProblem = (node, name) => {
    const problem = valid(node, name, now(node, name));
    if (defaultsOf(node)[name].field === 'set') $(`#nightjar-set-${name} .nightjar-problem`).text(problem === true ? '' : problem);
    else tell(isTyped(node, name) ? $(`#nightjar-typed-${name}`) : control(name), problem);
  };
  /** Ties fields to their labels by name: Node-RED 5 calls a field that has no such tie by what is wrong with it, and goes on so. */
  const nameFields = () => {
    $('.nightjar-dialog label[for]').each((_, label) => {
      const id = $(label).attr('for');
      $(label).attr('id', `${id}-label`);
      $(`#${id}`).attr('aria-labelledby', `${id}-label`);
    });
  };

  const showWhatApplies = (node) => {
    for (const name of Object.keys(defaultsOf(node))) {
      if (defaultsOf(node)[name].validate) showProblem(node, name);
      if (defaultsOf(node)[name].applies !== undefined) control(name).closest('.form-row').toggle(applies(node, name));
      $(`[data-beside="${name}"]`).trigger('nightjar:text');
    }
    // What is not shown is not wrong.
    for (const name of Object.keys(defaultsOf(node))) if (defaultsOf(node)[name].validate) control(name).trigger('change.red-ui-validate');
  };

  /** For `oneditprepare` of every node with a site. */
  const prepare = (node) => {
    open = { node, form: control('site').closest('.nightjar-dialog')[0], facts: { cameras: [], servers: [] } };
    fill(node);
    nameFields();
    for (const name of Object.keys(defaultsOf(node))) if (isTyped(node, name)) typedInput(node, name);
    for (const name of Object.keys(defaultsOf(node))) if (defaultsOf(node)[name].validate) control(name).on('change keyup', () => showProblem(node, name));
    const site = control('site');
    let asking = 0;
    const refresh = async () => {
      const mine = ++asking;
      const facts = await siteFacts(site.val());
      if (!isOpen(node) || mine !== asking) return;
      open.facts = facts;
      showFacts(node);
    };
    site.on('change', refresh);
    const sites = site
      .find('option')
      .get()
      .map(({ value }) => value)
      .filter((id) => id !== '_ADD_' && RED.nodes.node(id));
    // Of a new node; whoever has one site means that one.
    if (isBlank(node.site) && sites.length === 1) site.val(sites[0]).trigger('change');
    else void refresh();
    $('.nightjar-dialog')
      .find('select, :checkbox')
      .on('change', () => showWhatApplies(node));
    showWhatApplies(node);
  };

  const ticked = (name) =>
    $(`[data-set="${name}"]:checked`)
      .get()
      .map(({ value }) => value);

  /** For `oneditsave` of nodes with lists of ticks. */
  const save = (node) => {
    for (const [name, { field }] of Object.entries(defaultsOf(node))) if (field === 'set') node[name] = ticked(name);
  };

  const shorten = (words) => (words.length > 32 ? `${words.slice(0, 31)}…` : words);

  /** What stands for a value on the canvas: the text itself, or where it comes from. */
  const named = (value, type) => {
    if (type === 'env') return shorten(`$${value}`);
    return shorten(['msg', 'flow', 'global'].includes(type) ? `${type}.${value}` : String(value));
  };

  /** What a node is called: by its name, else by what it does. @param who - `camera`: property with the camera; `all`: word where that is empty. */
  const label = (node, what, { camera, all }) => {
    if (node.name) return node.name;
    const saved = (name) => (name === undefined ? undefined : (node[name] ?? defaultsOf(node)[name].value));
    const value = saved(camera);
    if (!isBlank(value)) return text('label.with', { what, who: named(value, saved(`${camera}Type`)) });
    return all === undefined ? what : text('label.with', { what, who: text(`label.all.${all}`) });
  };

  const optionKey = (value) => String(value ?? '').replace(/[-_](\w)/g, (_, letter) => letter.toUpperCase());

  $('head').append(`<style>
    .nightjar-dialog .form-row > label, .nightjar-dialog .nightjar-title { display: inline-block; width: 150px; vertical-align: middle; }
    .nightjar-dialog .form-row > label .fa, .nightjar-dialog .nightjar-title .fa { width: 16px; text-align: center; }
    .nightjar-dialog .form-row > input[type=text], .nightjar-dialog .form-row > input[type=password], .nightjar-dialog .form-row > select { width: calc(100% - 155px); }
    .nightjar-dialog .form-row > .red-ui-typedInput-container { width: calc(100% - 155px) !important; }
    .nightjar-dialog .form-row.nightjar-check, .nightjar-dialog .nightjar-cameras, .nightjar-dialog .form-row.nightjar-hint { margin-left: 155px; }
    .nightjar-dialog .nightjar-check { display: flex; align-items: center; gap: 6px; }
    .nightjar-dialog .nightjar-check > input { width: auto; margin: 0; }
    .nightjar-dialog .nightjar-check > label { width: auto; min-width: 0; margin: 0; padding: 2px 0; overflow-wrap: anywhere; }
    .nightjar-dialog .nightjar-set { display: flex; align-items: baseline; }
    .nightjar-dialog .nightjar-set > .nightjar-title { flex: 0 0 155px; }
    .nightjar-dialog .nightjar-ticks { max-height: 132px; overflow-y: auto; }
    .nightjar-dialog .nightjar-hint { color: var(--red-ui-secondary-text-color); font-size: 0.95em; }
    .nightjar-dialog .nightjar-problem { color: var(--red-ui-text-color-error); font-size: 0.95em; overflow-wrap: anywhere; }
    .nightjar-dialog .form-row > .nightjar-problem { margin-left: 155px; }
    .nightjar-dialog .nightjar-beside { margin-left: 155px; }
    .nightjar-dialog .nightjar-result { margin: 6px 0 0 155px; white-space: pre-wrap; overflow-wrap: anywhere; }
    .nightjar-dialog .nightjar-result .fa-check { color: var(--red-ui-text-color-success); }
    .nightjar-dialog .nightjar-result .fa-times { color: var(--red-ui-text-color-error); }
  </style>`);

  window.Nightjar = Object.assign(window.Nightjar ?? {}, { siteFacts, text, prepare, save, valid, tell, nameFields, label, optionKey });
})();
