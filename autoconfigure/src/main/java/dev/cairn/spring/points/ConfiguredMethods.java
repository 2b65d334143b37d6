package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The methods that a point of the configuration means. Each has an advisor of its own:
 * the name of a bean is known only when Spring asks which advisors it gets.
 */
final class ConfiguredMethods extends PointedMethods {

	private final ConfiguredPoint configured;

	private final MethodSelector selector;

	private final LivePoint live;

	/**
	 * Create them.
	 * @throws InvalidConfigurationPropertyValueException when the method or an expression
	 * is refused
	 */
	ConfiguredMethods(Points points, ConfiguredPoint configured) {
		super(points);
		this.configured = configured;
		this.selector = selector(configured);
		try {
			this.live = points.add(configured.name(), configured.point());
		}
		catch (InvalidExpressionException ex) {
			throw refused(ex);
		}
	}

	private static MethodSelector selector(ConfiguredPoint configured) {
		if ((configured.method() != null) == (configured.pointcut() != null)) {
			throw new InvalidConfigurationPropertyValueException(configured.property("method"), configured.method(),
					"Set either it or " + configured.property("pointcut") + ", and not both.");
		}
		return (configured.method() != null) ? read(configured, "method", configured.method(), NamedMethod::of)
				: read(configured, "pointcut", String.valueOf(configured.pointcut()), PointcutMethod::of);
	}

	private static MethodSelector read(ConfiguredPoint configured, String part, String text,
			Function<String, MethodSelector> reader) {
		try {
			return reader.apply(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(configured.property(part), text,
					String.valueOf(ex.getMessage()));
		}
	}

	private InvalidConfigurationPropertyValueException refused(InvalidExpressionException ex) {
		return new InvalidConfigurationPropertyValueException(this.configured.property(ex.part()), ex.expression(),
				ex.reason());
	}

	ConfiguredPoint configured() {
		return this.configured;
	}

	/** Whether it publishes a method's calls as such events. */
	boolean publishes(String eventType, Class<?> type, Method method, @Nullable String beanName) {
		return this.configured.point().type().equals(eventType) && isCandidate(type, beanName)
				&& isPointed(type, method);
	}

	@Override
	boolean isCandidate(Class<?> type, @Nullable String beanName) {
		return this.selector.selects(type, beanName);
	}

	@Override
	boolean isPointed(Class<?> type, Method method) {
		return this.selector.selects(method, type);
	}

	@Override
	List<LivePoint> serve(Class<?> type, Method method, Signature signature, @Nullable String beanName) {
		try {
			this.live.serve(signature);
			return List.of(this.live);
		}
		catch (InvalidExpressionException ex) {
			throw refused(ex);
		}
	}

}
