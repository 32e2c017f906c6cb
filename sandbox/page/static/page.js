// What stays as the reader left it while the page changes beneath: an entry that was opened stays open.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) =>
  !(name === "open" && element.tagName === "DETAILS");
