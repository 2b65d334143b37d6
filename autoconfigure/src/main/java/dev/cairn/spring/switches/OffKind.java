package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.engine.Settings;

/**
 * Targets with a name that are on or off.
 *
 * @param known supplies the names
 * @param off returns the names that the settings turn off
 * @param with returns settings that turn names off
 */
record OffKind(Supplier<? extends Collection<String>> known, Function<Settings, Set<String>> off,
		BiFunction<Settings, Set<String>, Settings> with) implements SwitchKind {

	@Override
	public Collection<String> targets() {
		return this.known.get();
	}

	@Override
	public Change change(SwitchRequest request, Settings now) {
		String target = known(request.requiredTarget());
		boolean on = request.isOn();
		return new Change(target, SwitchKind.onOrOff(on), SwitchKind.onOrOff(!this.off.apply(now).contains(target)),
				(settings) -> this.with.apply(settings,
						SwitchKind.switched(this.off.apply(settings), Set.of(target), on)));
	}

}
