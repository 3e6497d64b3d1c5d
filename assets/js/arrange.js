// Tiles of a dashboard are dragged to their place by mouse or finger; the form is
// sent as by its buttons, which do the same without script.
for (const list of document.querySelectorAll("[data-arrange]")) {
  import(list.dataset.script).then(({ default: Sortable }) => {
    new Sortable(list, {
      draggable: "[data-tile]", handle: "[data-grip]", delay: 120, delayOnTouchOnly: true, animation: 120, ghostClass: "slot",
      onEnd: (e) => {
        if (e.oldIndex === e.newIndex) return;
        const said = document.createElement("input");
        Object.assign(said, { type: "hidden", name: "do", value: "order" });
        list.closest("form").append(said);
        list.closest("form").requestSubmit();
      },
    });
  });
}
