package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The keywords that are checked mean the same as for a library.
 */
class FieldsSchemaTests {

	private static final SchemaRegistry LIBRARY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

	private static final JsonReader JSON = new JsonReader(16, 1);

	private static Object read(String json) throws RefusedException {
		return JSON.readValue(json.getBytes(StandardCharsets.UTF_8));
	}

	private static FieldsSchema schema(String fields) throws RefusedException {
		return FieldsSchema.of(Map.of("$defs", Map.of("fields", read(fields))));
	}

	@SuppressWarnings("unchecked")
	private static boolean isAccepted(FieldsSchema schema, String fields) throws RefusedException {
		Map<String, Object> values = (Map<String, Object>) read(fields);
		try {
			schema.check(values);
			return true;
		}
		catch (RefusedException ex) {
			assertThat(ex.field()).startsWith("fields");
			return false;
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"properties":{"a":{"type":"string"}}}                                 | {"a":"x"}       | {"a":1}
			{"properties":{"a":{"type":["integer","null"]}}}                       | {"a":1.0}       | {"a":1.5}
			{"properties":{"a":{"const":1}}}                                       | {"a":1.0}       | {"a":2}
			{"properties":{"a":{"enum":[[1.0],{"b":2}]}}}                          | {"a":[1]}       | {"a":[1,1]}
			{"properties":{"a":{"enum":[[1.0],{"b":2}]}}}                          | {"a":{"b":2}}   | {"a":{"c":2}}
			{"properties":{"a":{"minLength":2,"maxLength":3}}}                     | {"a":"xy"}      | {"a":"x"}
			{"properties":{"a":{"pattern":"^x+$"}}}                                | {"a":"xx"}      | {"a":"xy"}
			{"properties":{"a":{"minimum":1,"maximum":2}}}                         | {"a":2}         | {"a":2.1}
			{"properties":{"a":{"exclusiveMinimum":1,"exclusiveMaximum":2}}}       | {"a":1.5}       | {"a":2}
			{"properties":{"a":{"minItems":1,"maxItems":2}}}                       | {"a":[1]}       | {"a":[]}
			{"properties":{"a":{"items":{"type":"string"}}}}                       | {"a":["x"]}     | {"a":["x",1]}
			{"properties":{"a":{"prefixItems":[{"type":"string"}]}}}               | {"a":["x",1]}   | {"a":[1]}
			{"properties":{"a":{"prefixItems":[{"type":"string"}],"items":false}}} | {"a":["x"]}     | {"a":["x",1]}
			{"required":["a"]}                                                     | {"a":null}      | {"b":1}
			{"minProperties":1,"maxProperties":2}                                  | {"a":1}         | {}
			{"properties":{"a":{}},"additionalProperties":false}                   | {"a":1}         | {"b":1}
			{"properties":{"a":{}},"additionalProperties":{"type":"string"}}       | {"a":1,"b":"x"} | {"b":1}
			{"patternProperties":{"^x_":{"type":"integer"}}}                       | {"x_a":1,"b":0} | {"x_a":"y"}
			{"patternProperties":{"^x_":{}},"additionalProperties":false}          | {"x_a":1}       | {"a":1}
			{"properties":{"x_a":{}},"patternProperties":{"^x_":{"minimum":1}}}    | {"x_a":1}       | {"x_a":0}
			{"properties":{"a":false}}                                             | {"b":1}         | {"a":1}
			{"allOf":[{"required":["a"]},{"required":["b"]}]}                      | {"a":1,"b":1}   | {"a":1}
			{"anyOf":[{"required":["a"]},{"required":["b"]}]}                      | {"b":1}         | {}
			{"oneOf":[{"required":["a"]},{"required":["b"]}]}                      | {"a":1}         | {"a":1,"b":1}
			{"not":{"required":["a"]}}                                             | {"b":1}         | {"a":1}
			{"if":{"required":["a"]},"then":{"required":["b"]}}                    | {"c":1}         | {"a":1}
			""")
	void aKeywordMeansTheSameAsForALibrary(String schema, String valid, String invalid) throws RefusedException {
		for (String fields : new String[] { valid, invalid }) {
			assertThat(isAccepted(schema(schema), fields)).as(fields).isEqualTo(fields.equals(valid));
			assertThat(LIBRARY.getSchema(schema, InputFormat.JSON).validate(fields, InputFormat.JSON).isEmpty())
				.as(fields)
				.isEqualTo(fields.equals(valid));
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"properties":{"a":{"format":"date"}}}  | {"a":"x"}
			{"properties":{"a":{"multipleOf":2}}}   | {"a":3}
			{"dependentRequired":{"a":["b"]}}       | {"a":1}
			{"properties":{"a":{"$ref":"#/$defs/unknown"}}} | {"a":1}
			""")
	void otherKeywordsHaveNoEffect(String schema, String fields) throws RefusedException {
		assertThat(isAccepted(schema(schema), fields)).isTrue();
	}

	/** It would refuse all messages. */
	@Test
	void aSchemaWithAPatternThatIsNotOneOfJavaIsNotRead() throws RefusedException {
		String pattern = "{\"properties\":{\"a\":{\"pattern\":\"^\\\\p{Letter}$\"}}}";
		assertThatIllegalArgumentException().isThrownBy(() -> schema(pattern));
		assertThatIllegalArgumentException().isThrownBy(() -> schema("{\"patternProperties\":{\"[\":{}}}"));
	}

}
