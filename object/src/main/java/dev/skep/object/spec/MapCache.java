package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The maps of an object as they are under given options. Programs linked under equal options share their maps, which
 * are compared by identity, so the last answer is kept.
 */
final class MapCache {
    private LinkOptions options;
    private List<MapSpec> maps;

    synchronized List<MapSpec> maps(ObjectSpec object, LinkOptions wanted) throws ObjectFormatException {
        ObjectLayout layout = object.layout();
        if (layout.kconfigMap() < 0 && wanted.contents().isEmpty()) {
            return layout.maps();
        }
        if (options == null || !same(options, wanted)) {
            maps = make(object, wanted);
            options = wanted;
        }
        return maps;
    }

    private static boolean same(LinkOptions a, LinkOptions b) {
        return a.kernelVersion() == b.kernelVersion()
                && a.config().equals(b.config())
                && a.contents().keySet().equals(b.contents().keySet())
                && a.contents().entrySet().stream()
                        .allMatch(e -> Arrays.equals(e.getValue(), b.contents().get(e.getKey())));
    }

    private static List<MapSpec> make(ObjectSpec object, LinkOptions options) throws ObjectFormatException {
        ObjectLayout layout = object.layout();
        List<MapSpec> out = new ArrayList<>(layout.maps());
        if (layout.kconfigMap() >= 0) {
            MapSpec map = out.get(layout.kconfigMap());
            out.set(layout.kconfigMap(), map.withContents(ConfigValues.bytes(object, options, map.valueSize())));
        }
        for (Map.Entry<String, byte[]> e : options.contents().entrySet()) {
            for (int i = 0; i < out.size(); i++) {
                MapSpec map = out.get(i);
                if (map.name().equals(e.getKey()) && map.contents() != null) {
                    if (e.getValue().length > map.valueSize()) {
                        throw new ObjectFormatException(
                                object.name(), map.name(), -1, "contents must fit: size=" + e.getValue().length);
                    }
                    out.set(i, map.withContents(e.getValue().clone()));
                }
            }
        }
        return List.copyOf(out);
    }
}
