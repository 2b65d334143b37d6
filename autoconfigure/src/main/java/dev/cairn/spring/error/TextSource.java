package dev.cairn.spring.error;

import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Vector;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The source of the text of an object. Determined once for each class, without keeping
 * the class in memory.
 */
enum TextSource {

	/** Its elements or entries. */
	ELEMENTS,
	/** Its {@code toString} method. */
	TO_STRING,
	/** The name of its class: its text would be useless or expensive. */
	NAME;

	/** Types that belong to a request, hold a lock or are a resource. */
	private static final List<String> NAME_ONLY = List.of("jakarta.servlet.", "javax.servlet.", "jakarta.persistence.",
			"javax.sql.", "java.sql.", "java.lang.Thread", "java.lang.ClassLoader", "java.io.InputStream",
			"java.io.OutputStream", "java.io.Reader", "java.io.Writer", "java.util.concurrent.", "java.util.stream.",
			"java.lang.Throwable", "java.lang.StringBuffer", "java.nio.Buffer", "java.nio.channels.", "org.hibernate.",
			"org.reactivestreams.", "java.util.Properties", "org.springframework.web.multipart.",
			"org.springframework.web.context.request.", "org.springframework.core.io.",
			"org.springframework.beans.factory.BeanFactory", "org.springframework.http.HttpMessage",
			"org.springframework.ui.Model");

	private static final Set<String> ENTITIES = Set.of("jakarta.persistence.Entity",
			"jakarta.persistence.MappedSuperclass", "jakarta.persistence.Embeddable");

	/** Collections that access or lock another collection. */
	private static final List<String> VIEWS = List.of("java.util.Collections$Synchronized",
			"java.util.Collections$Unmodifiable", "java.util.Collections$Checked");

	private static final ClassValue<TextSource> SOURCES = new ClassValue<>() {

		@Override
		protected TextSource computeValue(Class<?> type) {
			return find(type);
		}

	};

	static TextSource of(Object value) {
		return SOURCES.get(value.getClass());
	}

	private static TextSource find(Class<?> type) {
		if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
			return isPlain(type) ? ELEMENTS : NAME;
		}
		return (hasText(type) && !isNameOnly(type)) ? TO_STRING : NAME;
	}

	/** Other collections may load their elements on access. */
	private static boolean isPlain(Class<?> type) {
		return type.getPackageName().equals("java.util") && !Vector.class.isAssignableFrom(type)
				&& !Dictionary.class.isAssignableFrom(type) && !startsWithAny(type.getName(), VIEWS);
	}

	private static boolean hasText(Class<?> type) {
		try {
			return type.getMethod("toString").getDeclaringClass() != Object.class;
		}
		catch (NoSuchMethodException | LinkageError ex) {
			return false;
		}
	}

	private static boolean isNameOnly(@Nullable Class<?> type) {
		return type != null && type != Object.class
				&& (startsWithAny(type.getName(), NAME_ONLY) || isEntity(type) || isNameOnly(type.getSuperclass())
						|| Stream.of(type.getInterfaces()).anyMatch(TextSource::isNameOnly));
	}

	private static boolean isEntity(Class<?> type) {
		return Stream.of(type.getDeclaredAnnotations())
			.anyMatch((annotation) -> ENTITIES.contains(annotation.annotationType().getName()));
	}

	private static boolean startsWithAny(String name, List<String> starts) {
		return starts.stream().anyMatch(name::startsWith);
	}

}
