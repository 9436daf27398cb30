// Runs before the first paint, so that a chosen theme never flashes the other one.
// Not a module: modules wait for the document.
try {
  const chosen = localStorage.getItem("flowviz.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the system decides.
}
