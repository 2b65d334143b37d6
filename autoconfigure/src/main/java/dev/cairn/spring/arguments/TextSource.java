package dev.cairn.spring.arguments;

import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Vector;

import org.jspecify.annotations.Nullable;

/**
 * The source of the text of an object. Determined once for each class, without keeping
 * the class in memory.
 */
enum TextSource {

	/** Its elements. */
	ELEMENTS,
	/** Its entries. */
	ENTRIES,
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

	static TextSource of(Class<?> type) {
		return SOURCES.get(type);
	}

	private static TextSource find(Class<?> type) {
		if (Collection.class.isAssignableFrom(type)) {
			return isPlain(type) ? ELEMENTS : NAME;
		}
		if (Map.class.isAssignableFrom(type)) {
			return isPlain(type) ? ENTRIES : NAME;
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
		if (type == null || type == Object.class) {
			return false;
		}
		if (startsWithAny(type.getName(), NAME_ONLY) || isEntity(type) || isNameOnly(type.getSuperclass())) {
			return true;
		}
		for (Class<?> contract : type.getInterfaces()) {
			if (isNameOnly(contract)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isEntity(Class<?> type) {
		for (Annotation annotation : type.getDeclaredAnnotations()) {
			if (ENTITIES.contains(annotation.annotationType().getName())) {
				return true;
			}
		}
		return false;
	}

	private static boolean startsWithAny(String name, List<String> starts) {
		for (String start : starts) {
			if (name.startsWith(start)) {
				return true;
			}
		}
		return false;
	}

}
