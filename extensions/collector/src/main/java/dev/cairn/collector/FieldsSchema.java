package dev.cairn.collector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema of the fields of a message: {@code $defs/fields}, or else the property
 * {@code fields}. Of the keywords, those that constrain objects, arrays, strings and
 * numbers are checked, without {@code format}; others have no effect. References lead to
 * {@code #/$defs} only.
 */
final class FieldsSchema {

	/** A reference may lead to itself. */
	private static final int MAX_DEPTH = 64;

	private static final String DEFS = "#/$defs/";

	private static final String MISMATCH = "does not match the schema";

	private static final String PATTERN = "pattern";

	private static final String PATTERN_PROPERTIES = "patternProperties";

	private final Map<?, ?> definitions;

	private final Object fields;

	private final Map<String, Pattern> patterns = new HashMap<>();

	private FieldsSchema(Map<?, ?> definitions, Object fields) {
		this.definitions = definitions;
		this.fields = fields;
	}

	/**
	 * Reads a schema.
	 * @throws IllegalArgumentException if it is no object, or a pattern is not one of
	 * Java
	 */
	static FieldsSchema of(@Nullable Object schema) {
		if (!(schema instanceof Map<?, ?> root)) {
			throw new IllegalArgumentException("it is no object");
		}
		Map<?, ?> definitions = map(root.get("$defs"));
		Object fields = definitions.get("fields");
		fields = (fields != null) ? fields : map(root.get("properties")).get("fields");
		FieldsSchema read = new FieldsSchema(definitions, (fields != null) ? fields : true);
		read.compilePatterns(root);
		return read;
	}

	private void compilePatterns(@Nullable Object schema) {
		if (schema instanceof Map<?, ?> rules) {
			if (rules.get(PATTERN) instanceof String pattern) {
				this.patterns.put(pattern, Pattern.compile(pattern));
			}
			map(rules.get(PATTERN_PROPERTIES)).keySet()
				.forEach((pattern) -> this.patterns.put(String.valueOf(pattern),
						Pattern.compile(String.valueOf(pattern))));
			rules.values().forEach(this::compilePatterns);
		}
		else if (schema instanceof List<?> several) {
			several.forEach(this::compilePatterns);
		}
	}

	private boolean isFound(@Nullable Object pattern, @Nullable Object text) {
		Pattern compiled = this.patterns.get(String.valueOf(pattern));
		return compiled == null || compiled.matcher(String.valueOf(text)).find();
	}

	private static Map<?, ?> map(@Nullable Object value) {
		return (value instanceof Map<?, ?> map) ? map : Map.of();
	}

	void check(Map<String, @Nullable Object> values) throws RefusedException {
		check(this.fields, values, "fields", 0);
	}

	private void check(@Nullable Object schema, @Nullable Object value, String path, int depth)
			throws RefusedException {
		if (Boolean.FALSE.equals(schema)) {
			throw new RefusedException(path, "is not allowed");
		}
		if (!(schema instanceof Map<?, ?> rules) || depth > MAX_DEPTH) {
			return;
		}
		if (rules.get("$ref") instanceof String ref && ref.startsWith(DEFS)) {
			check(this.definitions.get(ref.substring(DEFS.length())), value, path, depth + 1);
		}
		checkValue(rules, value, path);
		checkCombined(rules, value, path, depth);
		if (value instanceof String text) {
			checkText(rules, text, path);
		}
		else if (value instanceof Number number) {
			checkNumber(rules, decimal(number), path);
		}
		else if (value instanceof List<?> list) {
			checkList(rules, list, path, depth);
		}
		else if (value instanceof Map<?, ?> object) {
			checkObject(rules, object, path, depth);
		}
	}

	private void checkValue(Map<?, ?> rules, @Nullable Object value, String path) throws RefusedException {
		Object type = rules.get("type");
		List<?> types = (type instanceof List<?> several) ? several : (type != null) ? List.of(type) : List.of();
		if (!types.isEmpty() && types.stream().noneMatch((each) -> isOfType(each, value))) {
			throw new RefusedException(path, "must be of type " + join(types));
		}
		if (rules.containsKey("const") && !isEqual(rules.get("const"), value)) {
			throw new RefusedException(path, "must be " + rules.get("const"));
		}
		if (rules.get("enum") instanceof List<?> options
				&& options.stream().noneMatch((each) -> isEqual(each, value))) {
			throw new RefusedException(path, "must be one of " + join(options));
		}
	}

	private static String join(List<?> values) {
		return String.join(", ", values.stream().map(String::valueOf).toList());
	}

	private void checkCombined(Map<?, ?> rules, @Nullable Object value, String path, int depth)
			throws RefusedException {
		for (Object each : list(rules.get("allOf"))) {
			check(each, value, path, depth + 1);
		}
		if (rules.get("anyOf") instanceof List<?> some
				&& some.stream().noneMatch((each) -> matches(each, value, path, depth))) {
			throw new RefusedException(path, MISMATCH);
		}
		if (rules.get("oneOf") instanceof List<?> some
				&& some.stream().filter((each) -> matches(each, value, path, depth)).count() != 1) {
			throw new RefusedException(path, MISMATCH);
		}
		if (rules.containsKey("not") && matches(rules.get("not"), value, path, depth)) {
			throw new RefusedException(path, "has a value that is not allowed");
		}
		if (rules.containsKey("if")) {
			check(rules.get(matches(rules.get("if"), value, path, depth) ? "then" : "else"), value, path, depth + 1);
		}
	}

	private boolean matches(@Nullable Object schema, @Nullable Object value, String path, int depth) {
		try {
			check(schema, value, path, depth + 1);
			return true;
		}
		catch (RefusedException ex) {
			return false;
		}
	}

	private void checkText(Map<?, ?> rules, String text, String path) throws RefusedException {
		int length = text.codePointCount(0, text.length());
		checkRange(rules, "minLength", "maxLength", BigDecimal.valueOf(length), path, "must have %s characters");
		if (rules.get(PATTERN) instanceof String pattern && !isFound(pattern, text)) {
			throw new RefusedException(path, "must match " + pattern);
		}
	}

	private static void checkNumber(Map<?, ?> rules, BigDecimal number, String path) throws RefusedException {
		checkRange(rules, "minimum", "maximum", number, path, "must be %s");
		if (rules.get("exclusiveMinimum") instanceof Number least && number.compareTo(decimal(least)) <= 0) {
			throw new RefusedException(path, "must be more than " + least);
		}
		if (rules.get("exclusiveMaximum") instanceof Number most && number.compareTo(decimal(most)) >= 0) {
			throw new RefusedException(path, "must be less than " + most);
		}
	}

	private static void checkRange(Map<?, ?> rules, String min, String max, BigDecimal number, String path,
			String reason) throws RefusedException {
		if (rules.get(min) instanceof Number least && number.compareTo(decimal(least)) < 0) {
			throw new RefusedException(path, reason.formatted("at least " + least));
		}
		if (rules.get(max) instanceof Number most && number.compareTo(decimal(most)) > 0) {
			throw new RefusedException(path, reason.formatted("at most " + most));
		}
	}

	private void checkList(Map<?, ?> rules, List<?> list, String path, int depth) throws RefusedException {
		checkRange(rules, "minItems", "maxItems", BigDecimal.valueOf(list.size()), path, "must have %s elements");
		List<?> first = list(rules.get("prefixItems"));
		for (int i = 0; i < list.size(); i++) {
			Object schema = (i < first.size()) ? first.get(i) : rules.get("items");
			check(schema, list.get(i), path + "[" + i + "]", depth + 1);
		}
	}

	private void checkObject(Map<?, ?> rules, Map<?, ?> object, String path, int depth) throws RefusedException {
		for (Object name : list(rules.get("required"))) {
			if (!object.containsKey(name)) {
				throw new RefusedException(path + "." + name, "is required");
			}
		}
		checkRange(rules, "minProperties", "maxProperties", BigDecimal.valueOf(object.size()), path,
				"must have %s properties");
		for (Map.Entry<?, ?> each : object.entrySet()) {
			for (Object schema : schemasOf(each.getKey(), rules)) {
				check(schema, each.getValue(), path + "." + each.getKey(), depth + 1);
			}
		}
	}

	/** Returns the schemas of a property, which is an additional one if it has none. */
	private List<Object> schemasOf(@Nullable Object name, Map<?, ?> rules) {
		List<Object> schemas = new ArrayList<>();
		Object own = map(rules.get("properties")).get(name);
		if (own != null) {
			schemas.add(own);
		}
		map(rules.get(PATTERN_PROPERTIES)).forEach((pattern, schema) -> {
			if (isFound(pattern, name)) {
				schemas.add(schema);
			}
		});
		Object additional = rules.get("additionalProperties");
		return (schemas.isEmpty() && additional != null) ? List.of(additional) : schemas;
	}

	private static List<?> list(@Nullable Object value) {
		return (value instanceof List<?> list) ? list : List.of();
	}

	private static boolean isOfType(Object type, @Nullable Object value) {
		return switch (String.valueOf(type)) {
			case "object" -> value instanceof Map;
			case "array" -> value instanceof List;
			case "string" -> value instanceof String;
			case "boolean" -> value instanceof Boolean;
			case "null" -> value == null;
			case "number" -> value instanceof Number;
			case "integer" -> value instanceof Number number && isWhole(number);
			default -> true;
		};
	}

	private static boolean isWhole(Number number) {
		return !(number instanceof BigDecimal decimal) || decimal.signum() == 0
				|| decimal.stripTrailingZeros().scale() <= 0;
	}

	private static boolean isEqual(@Nullable Object one, @Nullable Object other) {
		if (one instanceof Number number && other instanceof Number another) {
			return decimal(number).compareTo(decimal(another)) == 0;
		}
		if (one instanceof List<?> list && other instanceof List<?> another) {
			return list.size() == another.size()
					&& IntStream.range(0, list.size()).allMatch((i) -> isEqual(list.get(i), another.get(i)));
		}
		if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> another) {
			return map.keySet().equals(another.keySet())
					&& map.keySet().stream().allMatch((name) -> isEqual(map.get(name), another.get(name)));
		}
		return (one != null) ? one.equals(other) : other == null;
	}

	private static BigDecimal decimal(Number number) {
		return (number instanceof BigDecimal decimal) ? decimal : (number instanceof BigInteger integer)
				? new BigDecimal(integer) : BigDecimal.valueOf(number.longValue());
	}

}
