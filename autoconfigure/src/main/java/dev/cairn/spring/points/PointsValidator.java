package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.engine.Settings;
import dev.cairn.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ReflectionUtils;

/**
 * Validates the annotations of all beans, lazy ones included, once the singletons have
 * been created, and warns of configured points without a method.
 */
final class PointsValidator implements SmartInitializingSingleton, ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private static final int NEAREST = 3;

	private static final Set<String> FOLLOWED = Set.of("configureAsChildIfNecessary", "sibling");

	private final Points points;

	private final ConfigurableListableBeanFactory beans;

	/** The points that match a bean, or of which a warning has been logged. */
	private final Set<ConfiguredMethods> checked = ConcurrentHashMap.newKeySet();

	private final Map<String, String> unmatched = new ConcurrentSkipListMap<>();

	PointsValidator(Points points, ConfigurableListableBeanFactory beans, ObjectProvider<Settings.Holder> settings) {
		settings.ifAvailable(points::follow);
		this.points = points;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Map<String, Class<?>> types = PointMethods.types(this.beans);
		types.forEach((name, type) -> this.points.annotated().isIn(type, name));
		check(this.beans, types);
	}

	/** A child context has the points of its parent, and reports its refresh to it. */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() instanceof ConfigurableApplicationContext child
				&& child.getBeanFactory() != this.beans && !this.checked.containsAll(this.points.configured())) {
			check(child.getBeanFactory(), PointMethods.types(child.getBeanFactory()));
		}
	}

	private void check(ConfigurableListableBeanFactory beans, Map<String, Class<?>> types) {
		boolean intercepted = PointMethods.areIntercepted(beans);
		boolean last = !isFollowedByAnotherContext();
		for (ConfiguredMethods methods : this.points.configured()) {
			boolean matches = types.entrySet()
				.stream()
				.filter((bean) -> methods.isIn(bean.getValue(), bean.getKey()))
				.count() > 0;
			if (!matches && !methods.isObstructed()) {
				if (last && this.checked.add(methods)) {
					warn(methods, types);
				}
			}
			else if (this.checked.add(methods) && !intercepted) {
				logger.warn("Cairn: the point {} publishes no events, because no proxies are created; remove "
						+ "spring.aop.auto=false, or what excludes AopAutoConfiguration", methods.name());
			}
		}
	}

	/**
	 * Returns whether a parent is being started for its child, or a child before its
	 * sibling. Nothing else announces a child context.
	 */
	private static boolean isFollowedByAnotherContext() {
		return StackWalker.getInstance()
			.walk((frames) -> frames
				.anyMatch((frame) -> frame.getClassName().equals(SpringApplicationBuilder.class.getName())
						&& FOLLOWED.contains(frame.getMethodName())));
	}

	/**
	 * Returns the configured points without a method.
	 * @return the descriptions by the property that selects the methods
	 */
	Map<String, String> unmatched() {
		return Map.copyOf(this.unmatched);
	}

	private void warn(ConfiguredMethods methods, Map<String, Class<?>> types) {
		String description = describe(methods, types);
		logger.warn("Cairn: {}", description);
		this.unmatched.put(methods.property((methods.properties().method() != null) ? "method" : "pointcut"),
				description);
	}

	private static String describe(ConfiguredMethods methods, Map<String, Class<?>> types) {
		String method = methods.properties().method();
		if (method == null) {
			return "the point %s publishes no events: no method of a bean matches %s (%s)".formatted(methods.name(),
					methods.properties().pointcut(), methods.property("pointcut"));
		}
		return "the point %s publishes no events: no bean has a method %s (%s); similar methods are %s"
			.formatted(methods.name(), method, methods.property("method"), nearest(method, names(method, types)));
	}

	/**
	 * Returns methods in the form of the wrong one: with the class, or the bean. Those
	 * with the same name, if there are any.
	 */
	private static Stream<String> names(String wrong, Map<String, Class<?>> types) {
		int separator = wrong.indexOf('#');
		String owner = wrong.substring(0, separator);
		boolean parameters = wrong.indexOf('(') > 0;
		String name = wrong.substring(separator + 1, parameters ? wrong.indexOf('(') : wrong.length());
		Map<Boolean, List<String>> bySameName = types.entrySet()
			.stream()
			.flatMap((bean) -> methods(bean.getValue()).map((method) -> Map.entry(method.getName().equals(name),
					owner(owner, bean) + "#" + (parameters ? Signature.describe(method) : method.getName()))))
			.collect(Collectors.partitioningBy(Map.Entry::getKey,
					Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
		List<String> same = bySameName.getOrDefault(true, List.of());
		return (same.isEmpty() ? bySameName.getOrDefault(false, List.of()) : same).stream();
	}

	private static String owner(String wrong, Map.Entry<String, Class<?>> bean) {
		if (wrong.indexOf('.') > 0) {
			return bean.getValue().getName();
		}
		return Character.isUpperCase(wrong.charAt(0)) ? bean.getValue().getSimpleName()
				: MethodSelector.Named.originalName(bean.getKey());
	}

	private static Stream<Method> methods(Class<?> type) {
		return Stream.of(ReflectionUtils.getUniqueDeclaredMethods(type,
				(method) -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers())
						&& !Modifier.isStatic(method.getModifiers()) && !Modifier.isFinal(method.getModifiers())
						&& method.getDeclaringClass() != Object.class));
	}

	/**
	 * Returns the names that are most similar to a wrong one, the nearest first. The
	 * parameters of a method count only among methods of the same name.
	 */
	static List<String> nearest(String wrong, Stream<String> right) {
		String name = withoutParameters(wrong);
		return right.distinct()
			.sorted(Comparator.comparingInt((String other) -> distance(name, withoutParameters(other)))
				.thenComparingInt((other) -> distance(wrong, other))
				.thenComparing(Comparator.naturalOrder()))
			.limit(NEAREST)
			.toList();
	}

	private static String withoutParameters(String method) {
		int open = method.indexOf('(');
		return (open < 0) ? method : method.substring(0, open);
	}

	private static int distance(String one, String other) {
		return Text.distance(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
	}

}
