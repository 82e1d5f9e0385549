"""What to do about each finding, by its code: one sentence for whoever writes the document."""

from __future__ import annotations

from collections.abc import Mapping

OF_REMARKS: Mapping[str, str] = {
    "allof-conflict": "Declare the property in one member of the 'allOf' only.",
    "answer-repaired": "Write the answer as an object with a 'description'.",
    "answers-missing": "Declare 'responses' with the answer of success and its schema.",
    "body-as-text": "Offer the body as application/json or as a form, so that its fields can be filled in one by one.",
    "body-empty": "Give the body a media type with a schema under 'content', or take the body out.",
    "body-flat": "Say in the description what the whole body has to fulfil; callers see its fields one by one.",
    "body-schemaless": "Give the body a schema.",
    "body-twice": "Keep one body; put its fields together in one schema.",
    "callbacks": "Nothing has to be done: callbacks are no functions.",
    "collection-format": "Use 'multi', 'csv', 'ssv' or 'pipes'.",
    "credential-needed": "Give the credential that the server asks for with the connection.",
    "effect-invalid": "Write safe, idempotent, keyed, checkable or unsafe, with what the class needs.",
    "effect-kept": "Nothing has to be done, unless the tool only reads: then say so for the connection.",
    "enum-empty": "List the allowed values, or take 'enum' out.",
    "enum-repaired": "Write the values in the type of the schema, numbers without quotes and texts with them.",
    "extension-invalid": "Write the extension as an object.",
    "header-ignored": "Take the header out: media types and security give it.",
    "host-repaired": "Write 'host' without a scheme; schemes belong under 'schemes'.",
    "keyword-invalid": "Give the keyword a value of the kind that JSON Schema asks for, or take it out.",
    "method-repaired": "Write methods in small letters.",
    "method-unknown": "Use a method of HTTP; take keys that are no methods out of the path.",
    "no-tools": "Nothing has to be done, unless the server should list tools.",
    "null-ignored": "Take the null out, or write what belongs there.",
    "operation-id-twice": "Give each operation an operationId of its own, so that neither takes the other's name.",
    "operation-invalid": "Write the operation as an object.",
    "overlay-unfit": "Let the target select an object for an object, or a list for an entry.",
    "overlay-unmatched": "Take the action out, or point its target at where the document has it now.",
    "parameter-invalid": "Write the parameter as an object with 'name', 'in' and a schema.",
    "parameter-is-credential": "Nothing has to be done: the connection's credential gives it.",
    "parameter-is-idempotency-key": "Nothing has to be done: Madang gives the key.",
    "parameter-location": "Use path, query, header or cookie as 'in', or body and formData in Swagger 2.0.",
    "parameter-location-repaired": "Write the location under 'in'.",
    "parameter-nameless": "Give the parameter a 'name'.",
    "parameter-querystring": "Declare the query as a form with properties, or as parameters one by one.",
    "parameter-schema": "Put what describes the value under 'schema' (OpenAPI 3) or beside 'name' (Swagger 2.0).",
    "parameter-schemaless": "Give the parameter a schema, at least a type.",
    "parameter-twice": "Declare each parameter once.",
    "path-fragment": "Take what follows '#' out of the path; one path has each method once.",
    "path-parameter-missing": "Declare every name in the path's braces as a parameter in 'path'.",
    "path-parameter-repaired": "Write the parameter's name as it stands in the path's braces.",
    "path-parameter-unused": "Take the parameter out, or put its name in braces into the path.",
    "path-query": "Take the query out of the path and declare parameters in 'query'.",
    "path-repaired": "Begin the path with '/'.",
    "paths-alike": "Write both under one path; they are the same to a server.",
    "pattern-repaired": "Write the pattern as ECMA-262 does.",
    "ref-cycle": "Point the reference at something that is no reference to itself.",
    "ref-dangling": "Point the reference at something that exists, or add what it names.",
    "ref-repaired": "Write the reference to where its target stands.",
    "ref-siblings": "Put what stands beside the '$ref' into its target, or both into an 'allOf'.",
    "ref-unreachable": "Bundle the document into one file, or import it from its address.",
    "required-moved": "List required properties under 'required' of the object.",
    "schema-circle": "Let the schema contain itself through a property or an item only.",
    "schema-missing": "Give the tool an 'inputSchema', an object without properties where it takes nothing.",
    "schema-too-deep": "Name the inner schemas and refer to them.",
    "security-scheme": "Use apiKey, http basic or bearer, oauth2, openIdConnect or mutualTLS, with all that it needs.",
    "security-unknown": "Declare the security scheme, or name one that is declared.",
    "server-invalid": "Write the server as an object with an absolute 'url'.",
    "server-relative": "Write an absolute URL, or give --server when adding the document.",
    "server-variable": "Declare the variable with a default under 'variables' of the server.",
    "status-invalid": "Use a status as 200, a range as 4XX, or default.",
    "status-repaired": "Write the status alone, as '404'.",
    "style-repaired": "Use a style that the location allows, or leave it out.",
    "text-repaired": "Save the document by a tool that escapes control characters and writes each key once.",
    "tool-duplicate": "Give each tool a name of its own.",
    "tool-nameless": "Give the tool a 'name'.",
    "type-repaired": "Use a type of JSON Schema: string, number, integer, boolean, array, object or null.",
    "type-unknown": "Use a type of JSON Schema: string, number, integer, boolean, array, object or null.",
    "value-too-deep": "Shorten the value; it is only an example or a default.",
    "webhooks": "Nothing has to be done: webhooks are no functions.",
    "wrong-type": "Write what the specification asks for at this place.",
}
"""By code of a remark of an import."""

OF_ADVICE: Mapping[str, str] = {
    "description-huge": "Say in a few sentences what it does and when to use it; put the rest into 'externalDocs'.",
    "description-missing": "Say in a sentence what it does; an agent chooses by it.",
    "description-short": "Say in a sentence what it does and on what, not only a word.",
    "enum-wordless": "Say in the description what each value means, or name the values by 'x-enum-varnames'.",
    "idempotency-missing": "Declare an 'Idempotency-Key' header, or mark a harmless operation 'x-madang-effect: safe'.",
    "names-alike": "Give each operation a name and a summary that tell it from the others.",
    "operation-id-missing": "Give it an 'operationId' as 'orders.list', so that its name stays when its path changes.",
    "pagination-missing": "Declare parameters for parts of the list, as 'limit' and 'cursor'.",
    "parameters-undocumented": "Give each parameter a 'description' with an example of a value.",
    "result-schemaless": "Give the answer of success a schema; `madang connector learn` can propose one from calls.",
    "security-missing": "Declare how callers authenticate under 'securitySchemes' and 'security', if they do.",
    "security-unused": "Name the schemes under 'security', of the document or of the operations that need them.",
    "servers-missing": "Declare 'servers' with the absolute URL of the API.",
    "success-missing": "Declare the answer of success, as '200', with its schema.",
}
"""By code of what lint itself finds."""

OF_FAILURES: Mapping[str, str] = {
    "document-type": "Give the document itself, an object with 'openapi' or 'swagger'.",
    "no-operations": "Add operations under 'paths'; an overlay can, too.",
    "version-missing": "Write 'openapi: 3.1.0' (or the version that it is) at the top.",
    "version-unknown": "Convert it to OpenAPI 3.0, 3.1 or 3.2.",
    "too-large": "Split the document, or leave out examples and operations that are not needed.",
    "unreadable": "Put the text right at that place; it has to be JSON or YAML.",
}
"""By code of what keeps a document from being imported."""

_OF_ANY = "See what the specification of OpenAPI says of this place."


def suggestion_for(code: str) -> str:
    """What to do about a finding."""
    return OF_REMARKS.get(code) or OF_ADVICE.get(code) or OF_FAILURES.get(code) or _OF_ANY
