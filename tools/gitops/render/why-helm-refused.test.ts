import { expect, test } from 'vitest'
import { whyHelmRefused } from './why-helm-refused.ts'

test('a value that the schema refuses is named', () => {
  const output = "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nprep-service:\n- at '/scaling': additional properties 'maximum' not allowed\n- at '/port': got string, want integer\n"
  expect(whyHelmRefused(output)).toBe("scaling: additional properties 'maximum' not allowed; port: got string, want integer.")
})

test('what a template refuses is told in its own words', () => {
  const output = 'Error: execution error at (prep-service/templates/validate.yaml:1:4): prod takes images by digest only.\n\nUse --debug flag to render out invalid YAML\n'
  expect(whyHelmRefused(output)).toBe('prod takes images by digest only.')
})

test('anything else is the line that says so', () => {
  expect(whyHelmRefused('Error: open gitops/x.yaml: no such file or directory\n')).toBe('open gitops/x.yaml: no such file or directory')
})
