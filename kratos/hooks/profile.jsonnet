// Told after a registration and after each login: what another system needs of a person, and no more.
function(ctx) {
  id: ctx.identity.id,
  traits: ctx.identity.traits,
  updatedAt: ctx.identity.updated_at,
}
