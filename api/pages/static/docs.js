// The page /docs: Swagger UI from this service's own files, reading this service's own description.
window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#description',
    deepLinking: true,
    validatorUrl: null, // no badge from another host
    presets: [SwaggerUIBundle.presets.apis],
    onComplete: () => document.documentElement.setAttribute('data-drawn', 'true'),
  });
});
