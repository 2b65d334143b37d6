package dev.cairn.engine;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Describes how {@link FieldList} writes the values of Java types. For one schema.
 */
final class SchemaTypes {

	static final Map<String, Object> TEXT = Map.of("type", "string");

	private static final Map<String, Object> ANYTHING = Map.of();

	/**
	 * Values that were not sent, and numbers that are no JSON numbers or have too many
	 * digits: masked, in a circle, too deep, unprintable.
	 */
	private static final String REPLACED = "replaced";

	private static final Map<String, Object> REPLACED_SCHEMA = Map.of("type", "string", "pattern", "^("
			+ Redactor.MASK.replace("*", "\\*") + "|\\[.*\\]|NaN|-?Infinity|-?[0-9.]{16,}|-?[0-9.]+E[+-]?[0-9]+)$");

	private static final Set<Class<?>> INTEGERS = Set.of(byte.class, short.class, int.class, long.class, Byte.class,
			Short.class, Integer.class, Long.class, BigInteger.class, AtomicInteger.class, AtomicLong.class,
			LongAdder.class);

	private static final Set<Class<?>> NUMBERS = Set.of(float.class, double.class, Float.class, Double.class,
			BigDecimal.class, Number.class);

	/** By class: two of one simple name have two definitions. */
	private final Map<Class<?>, String> records = new LinkedHashMap<>();

	private final Map<String, Object> definitions = new LinkedHashMap<>();

	/**
	 * Returns the schema of what is written for a value.
	 */
	Map<String, Object> schema(Type type, boolean nullable) {
		if (type instanceof Class<?> raw) {
			return schema(raw, List.of(), nullable);
		}
		if (type instanceof ParameterizedType parameterized) {
			return schema((Class<?>) parameterized.getRawType(), List.of(parameterized.getActualTypeArguments()),
					nullable);
		}
		if (type instanceof GenericArrayType array) {
			return list(array.getGenericComponentType(), nullable);
		}
		if (type instanceof WildcardType wildcard) {
			return schema(wildcard.getUpperBounds()[0], nullable);
		}
		return schema(((TypeVariable<?>) type).getBounds()[0], nullable);
	}

	/**
	 * Returns what the schemas refer to.
	 */
	Map<String, Object> definitions() {
		Map<String, Object> all = new LinkedHashMap<>(this.definitions);
		all.put(REPLACED, REPLACED_SCHEMA);
		return all;
	}

	static Map<String, Object> reference(String definition) {
		return Map.of("$ref", "#/$defs/" + definition);
	}

	private Map<String, Object> schema(Class<?> type, List<Type> arguments, boolean nullable) {
		if (type == Optional.class) {
			return schema(argument(arguments, 0), true);
		}
		if (type == byte[].class || type == char[].class) {
			return text(null, nullable);
		}
		if (type.isArray()) {
			return list(type.getComponentType(), nullable);
		}
		if (Collection.class.isAssignableFrom(type)) {
			return list(argument(arguments, 0), nullable);
		}
		if (Map.class.isAssignableFrom(type)) {
			return orReplaced(typed("object", "additionalProperties", schema(argument(arguments, 1), true)), nullable);
		}
		if (type.isRecord()) {
			return orReplaced(reference(define(type)), nullable);
		}
		return scalar(type, nullable);
	}

	private static Type argument(List<Type> arguments, int index) {
		return (index < arguments.size()) ? arguments.get(index) : Object.class;
	}

	private Map<String, Object> list(Type element, boolean nullable) {
		boolean primitive = element instanceof Class<?> type && type.isPrimitive();
		return orReplaced(typed("array", "items", schema(element, !primitive)), nullable);
	}

	private Map<String, Object> scalar(Class<?> type, boolean nullable) {
		if (INTEGERS.contains(type)) {
			return orReplaced(Map.of("type", "integer"), nullable);
		}
		if (NUMBERS.contains(type)) {
			return orReplaced(Map.of("type", "number"), nullable);
		}
		if (type == boolean.class || type == Boolean.class) {
			return orReplaced(Map.of("type", "boolean"), nullable);
		}
		if (type.isEnum()) {
			return orReplaced(Map.of("enum", List.of(type.getEnumConstants()).stream().map(this::name).toList()),
					nullable);
		}
		return isWrittenAsText(type) ? text(format(type), nullable) : ANYTHING;
	}

	private String name(Object constant) {
		return ((Enum<?>) constant).name();
	}

	/**
	 * A value of a type that is not final may turn out to be a map, or a record, and the
	 * mapper of the application writes its own types.
	 */
	private static boolean isWrittenAsText(Class<?> type) {
		return Modifier.isFinal(type.getModifiers()) && type.getClassLoader() == null
				&& !type.getName().startsWith("java.util.Optional");
	}

	private static @Nullable String format(Class<?> type) {
		if (type == Instant.class) {
			return "date-time";
		}
		if (type == LocalDate.class) {
			return "date";
		}
		return (type == UUID.class) ? "uuid" : null;
	}

	/** Whatever replaces a text is text as well. */
	private static Map<String, Object> text(@Nullable String format, boolean nullable) {
		Map<String, Object> text = new LinkedHashMap<>();
		text.put("type", nullable ? List.of("string", "null") : "string");
		if (format != null) {
			text.put("format", format);
		}
		return text;
	}

	private static Map<String, Object> typed(String type, String keyword, Map<String, Object> value) {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("type", type);
		schema.put(keyword, value);
		return schema;
	}

	private static Map<String, Object> orReplaced(Map<String, Object> schema, boolean nullable) {
		List<Map<String, Object>> choices = new ArrayList<>(List.of(schema));
		if (nullable) {
			choices.add(Map.of("type", "null"));
		}
		choices.add(reference(REPLACED));
		return Map.of("anyOf", choices);
	}

	/** Passes on the name and the schema of each component of a record. */
	void components(Class<?> type, BiConsumer<String, Object> property) {
		for (RecordComponent component : type.getRecordComponents()) {
			property.accept(RecordShape.words(component.getName(), "_"),
					schema(component.getGenericType(), isNullable(component)));
		}
	}

	/** Without {@link NullMarked}, every component may be null. */
	private static boolean isNullable(RecordComponent component) {
		return !component.getType().isPrimitive() && (!isNullMarked(component.getDeclaringRecord())
				|| component.getAnnotatedType().isAnnotationPresent(Nullable.class));
	}

	private static boolean isNullMarked(Class<?> type) {
		Class<?> enclosing = type.getEnclosingClass();
		return type.isAnnotationPresent(NullMarked.class) || ((enclosing != null) ? isNullMarked(enclosing)
				: type.getPackage().isAnnotationPresent(NullMarked.class));
	}

	/** Named before its components are looked at: one of them may lead back here. */
	private String define(Class<?> type) {
		String known = this.records.get(type);
		if (known != null) {
			return known;
		}
		String name = type.getSimpleName();
		while (this.records.containsValue(name)) {
			name += "_";
		}
		this.records.put(type, name);
		Map<String, Object> properties = new LinkedHashMap<>();
		components(type, properties::put);
		Map<String, Object> definition = typed("object", "properties", properties);
		definition.put("required", List.copyOf(properties.keySet()));
		this.definitions.put(name, definition);
		return name;
	}

}
