// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.

export const PROGRAM_ADDRESS = 'HsSzXVuSwiqGQvocT2zMX8zc86KQ9TYfZFZcfmmejzso'
