import { defineConfig } from 'drizzle-kit'

// drizzle-kit reads its configuration from a default export.
export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/core/store/schema.ts', './src/core/store/sign-in-schema.ts'],
  out: './drizzle',
})
