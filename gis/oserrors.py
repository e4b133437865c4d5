"""What the operating system has against a file or folder, in words of both languages."""

import errno

from gis.i18n import Text

__all__ = ["reason_of"]

_REASONS = {
    errno.ENOSPC: Text("磁盘已满；请腾出空间", "the disk is full; make room"),
    errno.EDQUOT: Text("磁盘配额已用完；请腾出空间", "the disk quota is used up; make room"),
    errno.EACCES: Text(
        "没有权限；请检查文件和文件夹的权限", "permission denied; check the rights of the file and its folder"
    ),
    errno.EPERM: Text(
        "系统不允许；请检查文件和文件夹的权限", "not permitted; check the rights of the file and its folder"
    ),
    errno.EROFS: Text("磁盘是只读的；请换一个位置", "the disk is read-only; take another place"),
    errno.ENOENT: Text("不存在", "it does not exist"),
    errno.ENOTDIR: Text("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: Text("它是文件夹；需要文件", "it is a folder; a file is needed"),
    errno.EEXIST: Text("已经存在；需要一个新位置", "it exists already; a new place is needed"),
    errno.ENOTEMPTY: Text("文件夹不是空的", "the folder is not empty"),
    errno.ENAMETOOLONG: Text("名称太长；请缩短", "the name is too long; shorten it"),
    errno.ELOOP: Text("链接循环", "its links run in a circle"),
    errno.EMFILE: Text("打开的文件太多；请关闭其他程序", "too many files are open; close other programs"),
    errno.EBUSY: Text("正被其他程序使用", "another program is using it"),
    errno.ETXTBSY: Text("正被其他程序使用", "another program is using it"),
    errno.EIO: Text("磁盘读写出错", "the disk fails to read or write"),
}


def reason_of(error: OSError) -> Text:
    """Say why the operating system refused.

    Examples
    --------
    >>> reason_of(FileExistsError(17, "File exists")).zh
    '已经存在；需要一个新位置'
    """
    said = error.strerror or str(error) or type(error).__name__
    return _REASONS.get(error.errno or 0, Text(said, said))
