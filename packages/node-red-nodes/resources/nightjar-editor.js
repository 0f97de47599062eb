// What the dialogs of the nodes share in the editor. Loaded once, by nightjar-site.html.
(() => {
  const CATALOGUE = '@nightjar/node-red-nightjar/nightjar-site:';
  const text = (key, values) => RED._(CATALOGUE + key, values);

  /** What the runtime knows of the site with this id: `{status, problem, cameras, servers}`. Never fails. */
  const siteFacts = async (id) => {
    if (!id || id === '_ADD_') return { cameras: [], servers: [], problem: text('picker.noSite') };
    try {
      const response = await $.getJSON(`nightjar/${encodeURIComponent(id)}/cameras`);
      return { cameras: [], servers: [], ...response };
    } catch (failure) {
      return { cameras: [], servers: [], problem: failure?.responseJSON?.problem || text('picker.notDeployed') };
    }
  };

  window.Nightjar = { siteFacts, text };
})();
