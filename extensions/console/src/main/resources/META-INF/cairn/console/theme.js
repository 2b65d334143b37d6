// Not a module, because it runs before the first paint
(function () {
  'use strict';
  try {
    const theme = localStorage.getItem('cairn-theme');
    if (theme === 'light' || theme === 'dark') {
      document.documentElement.dataset.theme = theme;
    }
  }
  catch (error) {
    // Without storage, the page follows the system
  }
})();
