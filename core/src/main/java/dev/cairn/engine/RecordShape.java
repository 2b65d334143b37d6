package dev.cairn.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * The components of a class of records with their names on the wire, determined once for
 * a class. Immutable.
 */
final class RecordShape {

	private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {

		@Override
		protected RecordShape computeValue(Class<?> type) {
			return new RecordShape(type);
		}

	};

	/**
	 * Between {@code order} and {@code Id}, and between {@code HTTP} and {@code Status}.
	 */
	private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

	private static final MethodType READER = MethodType.methodType(Object.class, Object.class);

	private final List<Component> components;

	/** The reason why the components cannot be read, or {@code null} if they can. */
	private final @Nullable String problem;

	private RecordShape(Class<?> type) {
		List<Component> found = new ArrayList<>();
		String trouble = null;
		Set<String> names = new HashSet<>();
		for (RecordComponent component : type.getRecordComponents()) {
			String name = words(component.getName(), "_");
			try {
				found.add(new Component(name, reader(component.getAccessor())));
			}
			catch (IllegalAccessException ex) {
				trouble = "the module " + type.getModule().getName() + " does not give Cairn access to "
						+ type.getName() + "; add 'opens " + type.getPackageName() + ";' to its module-info.java";
			}
			if (!names.add(name)) {
				trouble = "two components of " + type.getName() + " have the field name '" + name + "'";
			}
		}
		this.components = List.copyOf(found);
		this.problem = trouble;
	}

	static RecordShape of(Class<?> type) {
		return SHAPES.get(type);
	}

	private static MethodHandle reader(Method accessor) throws IllegalAccessException {
		// One that is public in a package that is exported needs no more
		accessor.trySetAccessible();
		return MethodHandles.lookup().unreflect(accessor).asType(READER);
	}

	/**
	 * Writes the words of a camel-case name in lower case, with a separator.
	 */
	static String words(String name, String separator) {
		return HUMP.matcher(name).replaceAll(separator).toLowerCase(Locale.ROOT);
	}

	@Nullable String problem() {
		return this.problem;
	}

	List<Component> components() {
		return this.components;
	}

	/** A component with its name on the wire and its accessor, from object to object. */
	record Component(String name, MethodHandle reader) {

		/** Returns the value, or an {@link Unreadable}. */
		@Nullable Object valueOf(Record owner) {
			try {
				return (Object) this.reader.invokeExact((Object) owner);
			}
			catch (Throwable ex) {
				return new Unreadable(Text.unprintable(owner, ex));
			}
		}

	}

	/** Stands for a value whose accessor fails. */
	record Unreadable(String placeholder) {

		@Override
		public String toString() {
			return this.placeholder;
		}

	}

}
